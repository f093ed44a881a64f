package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.cachemanager.api.Cache;
import org.cachemanager.api.encryption.Namespaces;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An endpoint as a component, one for each configuration.
 *
 * <p>Where it listens is a service: an {@link InetSocketAddress}, with the properties
 * {@code cachemanager.endpoint.scheme} and {@code cachemanager.endpoint.port}.
 */
@Component(
        configurationPid = "org.cachemanager.endpoint.http",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
@Designate(ocd = HttpEndpointComponent.Configuration.class, factory = true)
public final class HttpEndpointComponent {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    /** The settings of {@code http_server} and {@code https_server}. */
    @ObjectClassDefinition(
            name = "Cache Manager: HTTP endpoint",
            description = "Where clients and peers reach the node.")
    public @interface Configuration {

        @AttributeDefinition(name = "scheme", description = "http or https")
        String scheme() default "http";

        @AttributeDefinition(name = "host", description = "The address to listen on")
        String host() default "127.0.0.1";

        @AttributeDefinition(name = "port", description = "The port to listen on; 0: one that is free")
        int port() default 8182;

        @AttributeDefinition(
                name = "allow_unauthenticated",
                description = "Whether it may listen beyond loopback with neither keys nor client certificates")
        boolean allow_unauthenticated() default false;
    }

    private final Services services = new Services();
    private @Nullable HttpEndpoint endpoint;
    private @Nullable ServiceRegistration<InetSocketAddress> announced;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCache(Cache cache) {
        services.bind(cache);
    }

    void unbindCache(Cache cache) {
        services.unbind(cache);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindNamespaces(Namespaces namespaces) {
        services.bind(namespaces);
    }

    void unbindNamespaces(Namespaces namespaces) {
        services.unbind(namespaces);
    }

    @Activate
    void activate(BundleContext context, Configuration configuration) {
        if (!configuration.scheme().equals("http")) {
            LOG.error(
                    "This version serves no {}: nothing listens on {}:{}; set https_server enabled: false.",
                    configuration.scheme(),
                    configuration.host(),
                    configuration.port());
            return;
        }
        Version version = context.getBundle().getVersion();
        HttpEndpoint started = new HttpEndpoint(
                EndpointSettings.of(configuration.host(), configuration.port()),
                services,
                "Cache Manager " + version.getMajor() + "." + version.getMinor() + "." + version.getMicro());
        try {
            started.start();
        } catch (IOException e) {
            LOG.error("{}", e.getMessage());
            return;
        }
        endpoint = started;
        Map<String, Object> properties = Map.of(
                "cachemanager.endpoint.scheme", configuration.scheme(),
                "cachemanager.endpoint.port", started.address().getPort());
        announced = context.registerService(
                InetSocketAddress.class, started.address(), FrameworkUtil.asDictionary(properties));
    }

    @Deactivate
    void deactivate() {
        if (announced != null) {
            announced.unregister();
        }
        if (endpoint != null) {
            endpoint.stop();
        }
    }
}
