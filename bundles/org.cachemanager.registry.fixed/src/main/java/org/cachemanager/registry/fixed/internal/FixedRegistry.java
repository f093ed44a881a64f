package org.cachemanager.registry.fixed.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports the nodes that its configuration lists, whenever that changes. It announces nothing. */
@Component(
        service = Registry.class,
        configurationPid = FixedRegistry.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {Registry.NAME + "=fixed", "service.ranking:Integer=10"})
@Designate(ocd = FixedRegistry.Config.class)
public final class FixedRegistry implements Registry {

    static final String PID = "org.cachemanager.registry.fixed";

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.fixed");
    private static final String HTTPS = "https";

    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<PeerAddress> nodes;

    /** The nodes of the cluster. */
    @ObjectClassDefinition(name = "Cache Manager: nodes listed by hand")
    public @interface Config {

        /** Where the nodes are. */
        @AttributeDefinition(name = "nodes", description = "The other nodes, such as https://10.0.0.2:8183")
        String[] nodes() default {};
    }

    /** Somebody who is told; in turn, by whoever changes the nodes. */
    private final class Listener {
        private final Consumer<Set<PeerAddress>> members;
        private final AtomicInteger news = new AtomicInteger();
        private Set<PeerAddress> told = Set.of();

        Listener(Consumer<Set<PeerAddress>> members) {
            this.members = members;
        }

        void tell() {
            if (news.getAndIncrement() == 0) {
                int heard;
                do {
                    heard = news.get();
                    Set<PeerAddress> now = nodes;
                    if (!now.equals(told)) {
                        told = now;
                        members.accept(now);
                    }
                } while (news.addAndGet(-heard) != 0);
            }
        }
    }

    /**
     * Reads the nodes.
     *
     * @param config where they are
     */
    @Activate
    public FixedRegistry(Config config) {
        this(config.nodes());
    }

    FixedRegistry(String... urls) {
        nodes = addresses(urls);
    }

    @Modified
    void modified(Config config) {
        change(config.nodes());
    }

    void change(String... urls) {
        nodes = addresses(urls);
        listeners.forEach(Listener::tell);
    }

    @Override
    public Membership join(Consumer<Set<PeerAddress>> members) {
        Listener listener = new Listener(members);
        listeners.add(listener);
        listener.tell();
        return () -> listeners.remove(listener);
    }

    private static Set<PeerAddress> addresses(String[] urls) {
        Set<PeerAddress> addresses = new LinkedHashSet<>();
        for (String url : urls) {
            PeerAddress address = address(url);
            if (address == null) {
                LOG.error("\"{}\" is no address of a node and is left out; write https://10.0.0.2:8183.", url);
            } else {
                addresses.add(address);
            }
        }
        return Set.copyOf(addresses);
    }

    private static @Nullable PeerAddress address(String url) {
        try {
            URI uri = new URI(url);
            boolean tls = HTTPS.equals(uri.getScheme());
            String host = uri.getHost();
            if (host == null || (!tls && !"http".equals(uri.getScheme()))) {
                return null;
            }
            String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new PeerAddress(plain, uri.getPort(), tls);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }
}
