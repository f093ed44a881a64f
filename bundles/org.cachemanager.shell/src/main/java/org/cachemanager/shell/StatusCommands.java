package org.cachemanager.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.NodeStatus.InForce;
import org.cachemanager.api.NodeStatus.Peer;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.CacheAdmin.Operation;
import org.cachemanager.api.admin.HeldLock;
import org.cachemanager.api.admin.Statistics;

/** The commands that only look: status, stats, locks. */
final class StatusCommands {

    private static final int DEFAULT_LOCKS = 100;

    private final Node node;

    StatusCommands(Node node) {
        this.node = node;
    }

    /** Refuses what the cache in force lacks. */
    static void require(CacheAdmin admin, Operation operation) throws CommandFailedException {
        if (!admin.operations().contains(operation)) {
            throw new CommandFailedException("The cache in force can't do this: it lacks "
                    + operation.name().toLowerCase(Locale.ROOT) + ".");
        }
    }

    String status(Arguments arguments) throws CommandFailedException {
        NodeStatus status = node.cache().status();
        return arguments.wantsJson() ? JsonText.of(json(status)) : text(status);
    }

    private static Map<String, Object> json(NodeStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ref", status.ref());
        json.put("uptime", status.uptimeSeconds());
        json.put(
                "available_peer_refs", available(status).stream().map(Peer::ref).toList());
        json.put("peers", status.peers().stream().map(StatusCommands::json).toList());
        json.put("cache_items", status.items());
        json.put("cache_size", status.sizeBytes());
        json.put("cache_percent", percent(status));
        json.put("max_item_size", status.largestItemBytes());
        json.put("max_cache_size", status.maxSizeBytes());
        json.put(
                "seams",
                status.seams().stream()
                        .map(s -> fields("seam", s.seam(), "configured", s.configured(), "name", s.name()))
                        .toList());
        json.put("vacant", status.vacant());
        return json;
    }

    private static Map<String, Object> json(Peer peer) {
        Map<String, Object> json = fields("ref", peer.ref(), "deactivated", peer.deactivated());
        String address = peer.address();
        if (address != null) {
            json.put("address", address);
        }
        return json;
    }

    private static List<Peer> available(NodeStatus status) {
        return status.peers().stream().filter(p -> p.deactivated() == 0).toList();
    }

    private static double percent(NodeStatus status) {
        return status.maxSizeBytes() == 0
                ? 0.0
                : Math.round(1000.0 * status.sizeBytes() / status.maxSizeBytes()) / 10.0;
    }

    private static String text(NodeStatus status) {
        StringBuilder text = new StringBuilder();
        line(text, "node", status.ref());
        line(text, "up for", duration(Duration.ofSeconds(status.uptimeSeconds())));
        line(
                text,
                "peers",
                available(status).size() + " up of " + status.peers().size() + ", this one included");
        missing(text, status);
        line(text, "items", grouped(status.items()));
        line(
                text,
                "size",
                size(status.sizeBytes())
                        + (status.maxSizeBytes() == 0
                                ? ", no limit"
                                : " of " + size(status.maxSizeBytes()) + ", " + percent(status) + " %"));
        line(text, "largest item", size(status.largestItemBytes()) + " since the start");
        for (InForce seam : status.seams()) {
            boolean misses = !seam.configured().isEmpty() && !seam.name().equals(seam.configured());
            line(
                    text,
                    seam.seam(),
                    seam.name()
                            + (misses
                                    ? "  (asked for: " + seam.configured()
                                            + ", which is not there; cache:list shows more)"
                                    : ""));
        }
        return text.toString();
    }

    /** Who is down, and where nobody is. */
    private static void missing(StringBuilder text, NodeStatus status) {
        for (Peer peer : status.peers()) {
            if (peer.deactivated() != 0) {
                String where = peer.address() == null ? "" : " at " + peer.address();
                line(text, "", peer.ref() + where + " is down since " + Instant.ofEpochSecond(peer.deactivated()));
            }
        }
        status.vacant().forEach(address -> line(text, "", "no node found at " + address));
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(String.format("%-14s%s%n", name, value));
    }

    String stats(Arguments arguments) throws CommandFailedException {
        require(node.admin(), Operation.STATISTICS);
        Statistics s = node.admin().statistics();
        Map<String, Object> all = fields("hits", s.hits(), "misses", s.misses());
        all.putAll(fields("waits", s.waits(), "coalesced_hits", s.coalescedHits()));
        all.putAll(fields("locks_given", s.locksGiven(), "locks_lapsed", s.locksLapsed()));
        all.putAll(fields("locks_inherited", s.locksInherited(), "sets", s.sets(), "deletes", s.deletes()));
        all.putAll(fields("evicted_items", s.evictedItems(), "evicted_bytes", s.evictedBytes()));
        all.putAll(fields("expired_items", s.expiredItems(), "refused", s.refused()));
        if (arguments.wantsJson()) {
            return JsonText.of(all);
        }
        Table table = new Table("SINCE THE START", "COUNT");
        all.forEach((name, count) -> table.row(name.replace('_', ' '), grouped(((Number) count).longValue())));
        long lookups = s.hits() + s.misses();
        table.row(
                "hit ratio", lookups == 0 ? "0 %" : String.format(Locale.ROOT, "%.1f %%", 100.0 * s.hits() / lookups));
        return table.toString();
    }

    String locks(Arguments arguments) throws CommandFailedException {
        require(node.admin(), Operation.LOCKS);
        int limit = arguments.number("limit", DEFAULT_LOCKS);
        List<HeldLock> locks = new ArrayList<>(node.admin().locks(limit));
        locks.sort(Comparator.comparing(HeldLock::waiters).reversed().thenComparing(HeldLock::lapsesIn));
        if (arguments.wantsJson()) {
            return JsonText.of(locks.stream().map(StatusCommands::json).toList());
        }
        if (locks.isEmpty()) {
            return "No lock is held.\n";
        }
        Table table = new Table("NAMESPACE", "KEY", "LAPSES IN", "WAITERS");
        locks.forEach(l -> table.row(l.namespace(), l.key(), seconds(l.lapsesIn()), l.waiters()));
        return table + (locks.size() < limit ? "" : "Perhaps more: --limit shows them.\n");
    }

    private static Map<String, Object> json(HeldLock lock) {
        Map<String, Object> json = fields("namespace", lock.namespace(), "key", lock.key());
        json.putAll(fields("lapses_in", lock.lapsesIn().toMillis() / 1000.0, "waiters", lock.waiters()));
        return json;
    }

    /** A map in this order: names and values in turn. */
    static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return fields;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    private static String duration(Duration time) {
        return String.format(
                "%s%d:%02d:%02d",
                time.toDays() == 0 ? "" : time.toDays() + " d ",
                time.toHoursPart(),
                time.toMinutesPart(),
                time.toSecondsPart());
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String size(long bytes) {
        String[] units = {"B", "KB", "MB", "GB", "TB"};
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < units.length - 1) {
            size /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
    }
}
