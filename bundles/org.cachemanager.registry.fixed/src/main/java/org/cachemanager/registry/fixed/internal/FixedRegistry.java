package org.cachemanager.registry.fixed.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern URL =
            Pattern.compile("(https?)://(?:\\[([^]\\[]*:[^]\\[]*)]|([^:\\[\\]]+)):([0-9]{1,5})/?");
    private static final int MOST_NODES = 1000;
    private static final int MOST_TOLD = 10;
    private static final int MOST_SHOWN = 80;

    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<PeerAddress> nodes;
    private volatile List<String> complaint = List.of();

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

    private Set<PeerAddress> addresses(String[] urls) {
        Set<PeerAddress> addresses = new LinkedHashSet<>();
        Set<String> faults = new LinkedHashSet<>();
        for (String url : urls) {
            PeerAddress address = address(url);
            if (address == null) {
                faults.add('"' + shortened(url) + "\" is no address (write https://10.0.0.2:8183)");
            } else if (addresses.size() == MOST_NODES) {
                faults.add("more than " + MOST_NODES + " are listed");
            } else if (!addresses.add(address)) {
                faults.add(address + " is listed twice");
            }
        }
        complain(List.copyOf(faults));
        return Set.copyOf(addresses);
    }

    /** Tells what is left out, the first ten of it, once. */
    private void complain(List<String> faults) {
        if (!faults.isEmpty() && !faults.equals(complaint)) {
            LOG.error(
                    "Nodes are left out: {}{}",
                    String.join("; ", faults.subList(0, Math.min(faults.size(), MOST_TOLD))),
                    faults.size() > MOST_TOLD ? "; and " + (faults.size() - MOST_TOLD) + " more." : ".");
        }
        complaint = faults;
    }

    private static String shortened(String url) {
        String plain = url.replaceAll("[^ -~]", "?");
        return plain.length() > MOST_SHOWN ? plain.substring(0, MOST_SHOWN) + "…" : plain;
    }

    /** By hand: a {@code java.net.URI} knows no host with an underscore in it. */
    private static @Nullable PeerAddress address(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            return null;
        }
        String bracketed = matcher.group(2);
        String host = bracketed == null ? matcher.group(3) : bracketed;
        try {
            return new PeerAddress(host, Integer.parseInt(matcher.group(4)), HTTPS.equals(matcher.group(1)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
