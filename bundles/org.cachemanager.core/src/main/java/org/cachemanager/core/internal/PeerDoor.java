package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.Objects;
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
            if (tenure.greeted(greeting)) {
                core.ownersChanged();
            }
            if (tenure.misses(greeting)) {
                routes.peers.greet(peer);
            }
        }
        return tenure.greeting(peer, false);
    }

    @Override
    public Call claim(Key key, Duration lease, Reply<Boolean> reply) {
        routes.peers.heard(Objects.requireNonNull(key.peer()).ref());
        Replies.completed(reply, routes.local.claim(key, lease));
        return Call.ANSWERED;
    }

    @Override
    public Call take(Key key, Data data, Version version, Reply<Boolean> reply) {
        routes.peers.heard(Objects.requireNonNull(key.peer()).ref());
        return routes.route(new RoutedChange<Boolean>(routes, key, reply) {
            @Override
            long bytes() {
                return data.length();
            }

            @Override
            Call here(Reply<Boolean> attempt) {
                if (routes.mayServe(hash())) {
                    return routes.local.take(key, data, version, attempt);
                }
                Replies.failed(attempt, RoutedCache.NOT_YET);
                return Call.ANSWERED;
            }

            @Override
            Call there(PeerTransport transport, PeerCall call, Reply<Boolean> attempt) {
                throw new IllegalStateException("What a peer gives goes no further.");
            }
        });
    }
}
