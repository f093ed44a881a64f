package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of the cluster: each key is served by its owner. A call that a peer has passed on is served where it has
 * landed, and so never goes further.
 */
final class RoutedCache implements Cache {

    static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    static final Duration LEAST_WAIT = Duration.ofMillis(1);

    /** What a peer may take for each byte of an item that is sent to it: a megabyte a second. */
    private static final long NANOS_PER_BYTE = 1000;

    final Time time;
    final LocalCache local;
    final Peers peers;
    private final Core core;
    private final Set<RoutedCall> open = ConcurrentHashMap.newKeySet();

    RoutedCache(Core core, LocalCache local) {
        this.core = core;
        this.time = core.time;
        this.local = local;
        this.peers = core.peers;
    }

    /** A call that stores or removes. */
    private abstract class RoutedChange<R> extends RoutedCall {
        private final Reply<R> reply;

        RoutedChange(Key key, Reply<R> reply) {
            super(RoutedCache.this, key);
            this.reply = reply;
        }

        /** An attempt to change. */
        final class Changing extends Attempt implements Reply<R> {

            Changing(Owners.Node owner) {
                super(owner);
            }

            @Override
            public void completed(R result) {
                if (finish()) {
                    Replies.completed(reply, result);
                }
            }
        }

        @Override
        final Attempt attempt(Owners.Node owner) {
            return new Changing(owner);
        }

        @Override
        @SuppressWarnings("unchecked") // every attempt is made by attempt()
        final Call here(Attempt attempt) {
            return here((Reply<R>) attempt);
        }

        @Override
        @SuppressWarnings("unchecked") // every attempt is made by attempt()
        final Call there(PeerTransport transport, PeerCall call, Attempt attempt) {
            began(this, time.nanos() + peers.timeout().toNanos() + bytes() * NANOS_PER_BYTE);
            return there(transport, call, (Reply<R>) attempt);
        }

        abstract long bytes();

        abstract Call here(Reply<R> attempt);

        abstract Call there(PeerTransport transport, PeerCall call, Reply<R> attempt);

        @Override
        final void refuse(Failure failure) {
            Replies.failed(reply, failure);
        }

        @Override
        final void reached() {
            late();
        }
    }

    private boolean isServedHere(Key key) {
        if (key.peer() != null) {
            peers.heard(key.peer());
            return true;
        }
        return !peers.isCluster();
    }

    private Call route(RoutedCall call) {
        open.add(call);
        call.send();
        return call;
    }

    @Override
    public Call get(Key key, Duration maxWait, GetReply reply) {
        return isServedHere(key) ? local.get(key, maxWait, reply) : route(new RoutedGet(this, key, maxWait, reply));
    }

    @Override
    public Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply) {
        if (isServedHere(key)) {
            return local.set(key, data, ttlSeconds, reply);
        }
        return route(new RoutedChange<Integer>(key, reply) {
            @Override
            long bytes() {
                return data.length();
            }

            @Override
            Call here(Reply<Integer> attempt) {
                return local.set(key, data, ttlSeconds, attempt);
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Integer> attempt) {
                return transport.set(call, data, ttlSeconds, attempt);
            }
        });
    }

    @Override
    public Call delete(Key key, Reply<Boolean> reply) {
        if (isServedHere(key)) {
            return local.delete(key, reply);
        }
        return route(new RoutedChange<Boolean>(key, reply) {
            @Override
            long bytes() {
                return 0;
            }

            @Override
            Call here(Reply<Boolean> attempt) {
                return local.delete(key, attempt);
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Boolean> attempt) {
                return transport.delete(call, attempt);
            }
        });
    }

    /** An attempt at another node has until then. */
    void began(RoutedCall call, long untilNanos) {
        core.deadlines.set(call, untilNanos);
    }

    void ended(RoutedCall call) {
        open.remove(call);
        core.deadlines.cancel(call);
    }

    /** Other nodes own keys than before: calls under way go where they belong now. */
    void ownersChanged() {
        open.forEach(RoutedCall::ownersChanged);
    }

    /** Refuses the calls that are under way at other nodes: the core ends. */
    void close(Failure why) {
        for (RoutedCall call : open) {
            if (call.cancel()) {
                call.refuse(why);
            }
        }
    }

    @Nullable
    Namespace seal(byte[] namespace) {
        return core.gate.seal(namespace, core.ref);
    }

    @Override
    public Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply) {
        return local.reserve(bytes, maxWait, reply);
    }

    @Override
    public @Nullable Reservation hold(long bytes) {
        return local.hold(bytes);
    }

    @Override
    public long maxItemBytes() {
        return local.maxItemBytes();
    }

    @Override
    public NodeStatus status() {
        return local.status();
    }
}
