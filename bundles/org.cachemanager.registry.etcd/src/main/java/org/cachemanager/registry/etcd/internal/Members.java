package org.cachemanager.registry.etcd.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is announced, as it was last read. One that has vanished is kept for a minute at least: the registry may have
 * lost its data, and who is really gone the core finds out by itself. Guarded by its session.
 */
final class Members {

    /** The most that are read, and the most that are kept besides. */
    static final int MOST = 1000;

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i:localhost)|::1|(0:){7}1|127(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}");

    private final Time time;
    private final Node.Cluster cluster;
    private final Complaints complaints;
    private Set<PeerAddress> present = Set.of();

    /** Who was there before, since when it is not; who vanished first stands first. */
    private final Map<PeerAddress, Long> vanishedNanos = new LinkedHashMap<>();

    private Set<PeerAddress> reported = Set.of();

    Members(Time time, Node.Cluster cluster) {
        this.time = time;
        this.cluster = cluster;
        complaints = new Complaints(time);
    }

    /** Takes what is announced now. */
    void take(Json answer) {
        long now = time.nanos();
        Set<PeerAddress> before = present;
        present = new HashSet<>();
        if ((addAll(answer.objects("kvs")) || answer.flag("more")) && complaints.isNew("more")) {
            LOG.warn("More than {} nodes are announced below {}; the others are left out.", MOST, cluster.prefix());
        }
        for (PeerAddress address : before) {
            vanishedNanos.putIfAbsent(address, now);
        }
        vanishedNanos.keySet().removeAll(present);
        vanishedNanos.values().removeIf(since -> now - since >= KEPT.toNanos());
        Iterator<PeerAddress> first = vanishedNanos.keySet().iterator();
        for (int surplus = vanishedNanos.size() - MOST; surplus > 0; surplus--) {
            first.next();
            first.remove();
        }
    }

    /** Adds as many as there may be; whether there are more. A registry may give more than it was asked for. */
    private boolean addAll(List<Json> announced) {
        for (Json each : announced) {
            PeerAddress address = address(each);
            if (address != null && present.size() == MOST && !present.contains(address)) {
                return true;
            }
            if (address != null) {
                present.add(address);
            }
        }
        return false;
    }

    /** Where a member takes calls; null when it is none, or none for this node. */
    private @Nullable PeerAddress address(Json announced) {
        String key = new String(announced.bytes("key"), StandardCharsets.UTF_8);
        if (!key.startsWith(cluster.prefix())
                || key.indexOf('/', cluster.prefix().length()) >= 0) {
            return null; // another cluster's, whose prefix begins with this one
        }
        PeerAddress address = address(announced.bytes("value"));
        if (address == null) {
            String shown = Complaints.shown(key);
            if (complaints.isNew(shown)) {
                LOG.warn("What stands at {} is no address of a node; it is left out.", shown);
            }
            return null;
        }
        if (cluster.tlsRequired()
                && !address.tls()
                && !LOOPBACK.matcher(address.host()).matches()) {
            if (complaints.isNew(address.toString())) {
                LOG.warn(
                        "{} is announced without TLS and is left out, since this node is called by TLS: have that node"
                                + " announce its https_server (registry.advertise), or this one its http_server.",
                        address);
            }
            return null;
        }
        return address;
    }

    private static @Nullable PeerAddress address(byte[] value) {
        try {
            Json json = Json.read(value);
            return new PeerAddress(json.text("host"), Math.toIntExact(json.number("port")), json.flag("tls"));
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    /** Who are to be reported now, if they are others than before. */
    List<Set<PeerAddress>> news() {
        Set<PeerAddress> now = new HashSet<>(present);
        now.addAll(vanishedNanos.keySet());
        if (now.equals(reported)) {
            return List.of();
        }
        reported = Set.copyOf(now);
        return List.of(reported);
    }
}
