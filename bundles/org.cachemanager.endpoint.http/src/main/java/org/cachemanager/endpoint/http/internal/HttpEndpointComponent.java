package org.cachemanager.endpoint.http.internal;

import java.net.InetSocketAddress;
import java.util.Map;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
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

        @AttributeDefinition(name = "server_cert", description = "https: its certificate and chain, a PEM file")
        String server_cert() default "";

        @AttributeDefinition(name = "server_key", description = "https: the key to it, a PEM file")
        String server_key() default "";

        @AttributeDefinition(name = "ca_cert", description = "https: the CAs of client certificates, a PEM file")
        String ca_cert() default "";

        @AttributeDefinition(
                name = "require_client_cert",
                description = "https: whether clients without a certificate of these CAs are refused")
        boolean require_client_cert() default false;
    }

    private static final int CONFIGURATION_DELETED = 4;

    private final BundleContext context;
    private final Listener listener;
    private @Nullable ServiceRegistration<InetSocketAddress> announced;
    private String scheme = "";

    /**
     * An endpoint that does not listen yet.
     *
     * @param services what it serves
     * @param upkeep looks after it
     */
    @Activate
    public HttpEndpointComponent(BundleContext context, @Reference Services services, @Reference Upkeep upkeep) {
        this.context = context;
        Version version = context.getBundle().getVersion();
        String product = "Cache Manager " + version.getMajor() + "." + version.getMinor() + "." + version.getMicro();
        this.listener = new Listener(services, upkeep, product, this::announce);
    }

    @Activate
    @Modified
    void configure(Configuration configuration) {
        scheme = configuration.scheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            LOG.error("There is no scheme {}: it is http or https.", scheme);
            return;
        }
        listener.apply(settings(configuration));
    }

    private static EndpointSettings settings(Configuration configuration) {
        EndpointSettings plain = EndpointSettings.of(configuration.host(), configuration.port())
                .allowingUnauthenticated(configuration.allow_unauthenticated());
        if (configuration.scheme().equals("http")) {
            return plain;
        }
        TlsFiles files = TlsFiles.of(configuration.server_cert(), configuration.server_key(), configuration.ca_cert());
        return plain.with(new TlsSettings(files, configuration.require_client_cert()));
    }

    /** The new place first: who counts endpoints never counts none. */
    private void announce(InetSocketAddress address) {
        ServiceRegistration<InetSocketAddress> former = announced;
        Map<String, Object> properties =
                Map.of("cachemanager.endpoint.scheme", scheme, "cachemanager.endpoint.port", address.getPort());
        announced = context.registerService(InetSocketAddress.class, address, FrameworkUtil.asDictionary(properties));
        if (former != null) {
            former.unregister();
        }
    }

    /** A removed endpoint finishes its calls; one whose bundle stops refuses them. */
    @Deactivate
    void deactivate(int reason) {
        listener.close(reason == CONFIGURATION_DELETED); // it announces nothing any more
        if (announced != null) {
            announced.unregister();
        }
    }
}
