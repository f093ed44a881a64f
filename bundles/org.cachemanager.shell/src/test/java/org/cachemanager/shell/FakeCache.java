package org.cachemanager.shell;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.jspecify.annotations.Nullable;

/** A cache that answers at once out of a map, and tells which items were not released. */
final class FakeCache implements Cache {

    static final UUID REF = UUID.fromString("1d20de92-12bd-4067-8563-8d63e83429cc");

    final Map<Key, byte[]> items = new HashMap<>();
    List<NodeStatus.Peer> peers = List.of(new NodeStatus.Peer(REF, 0, null));
    List<String> vacant = List.of();
    int unreleased;
    long lastTtl;

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        byte[] data = items.get(key);
        if (data == null) {
            reply.absent();
        } else {
            unreleased++;
            reply.found(new Item() {
                @Override
                public Data data() {
                    return Data.of(data);
                }

                @Override
                public long expiryMillis() {
                    return 1_795_300_000_500L;
                }

                @Override
                public void release() {
                    unreleased--;
                }
            });
        }
        return Call.ANSWERED;
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        if (data.length() > 1000) {
            reply.failed(new Failure(Failure.Reason.TOO_LARGE, "The item is over max_item_size."));
        } else {
            items.put(key, data.toByteArray());
            lastTtl = ttlSeconds;
            reply.completed(data.length());
        }
        return Call.ANSWERED;
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        reply.completed(items.remove(key) != null);
        return Call.ANSWERED;
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        return null;
    }

    @Override
    public long maxItemBytes() {
        return 1000;
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                REF,
                4581,
                peers,
                items.size(),
                2560,
                10240,
                700,
                List.of(
                        new NodeStatus.InForce("storage", "heap", "heap"),
                        new NodeStatus.InForce("peer", "", "http"),
                        new NodeStatus.InForce("eviction", "s3fifo", "lru")),
                vacant);
    }
}
