package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;

/** What peers ask of this node, besides what clients do. */
final class PeerDoor implements PeerService {

    private final Core core;
    private final Tenure tenure;
    private final RoutedCache routes;

    PeerDoor(Core core, RoutedCache routes) {
        this.core = core;
        this.tenure = core.tenure;
        this.routes = routes;
    }

    @Override
    public Greeting greeted(UUID peer, Greeting greeting) {
        routes.peers.heard(peer);
        if (peer.equals(greeting.ref())) {
            routes.peers.greeted(greeting);
            if (tenure.isNews(greeting)) {
                routes.peers.greetSoon();
            }
            long begun = tenure.begunOf(peer);
            if (tenure.greeted(greeting)) {
                core.ownersChanged();
            }
            if (tenure.misses(greeting) || begun != tenure.begunOf(peer)) {
                routes.peers.greet(peer);
            }
        }
        return tenure.greeting(peer, 0, 0);
    }

    @Override
    public Call claim(Key key, Duration lease, Reply<Boolean> reply) {
        if (lease.isZero()) {
            routes.leases.free(key);
            Replies.completed(reply, true);
        } else if (routes.isOutdated(key) || routes.isElsewhere(key)) {
            Replies.failed(reply, RoutedCache.NOT_YET);
        } else {
            Replies.completed(reply, routes.local.claim(key, lease));
        }
        return Call.ANSWERED;
    }

    @Override
    public Call take(Key key, Data data, Version version, Reply<Boolean> reply) {
        if (routes.isOutdated(key)) {
            Replies.failed(reply, RoutedCache.NOT_YET);
            return Call.ANSWERED;
        }
        return routes.route(new RoutedChange<Boolean>(routes, key, reply) {
            @Override
            long bytes() {
                return data.length();
            }

            /** It never comes in where it does not belong, however long it has waited. */
            @Override
            boolean here(Reply<Boolean> attempt, boolean anyway) {
                return routes.changes.take(key, data, version, attempt) || (anyway && refused(attempt));
            }

            private boolean refused(Reply<Boolean> attempt) {
                Replies.completed(attempt, false);
                return true;
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Boolean> attempt) {
                throw new IllegalStateException("What a peer gives goes no further.");
            }
        });
    }
}
