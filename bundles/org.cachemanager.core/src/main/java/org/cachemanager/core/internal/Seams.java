package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.core.internal.Selection.Rules;
import org.jspecify.annotations.Nullable;

/** The seams that the core uses, each with what is in force. */
final class Seams {

    final Selection<StorageEngine> storage;
    final Selection<EvictionPolicy> eviction;
    final Selection<NamespaceCipher> encryption;
    final Selection<PeerTransport> peer;
    final Selection<Registry> registry;
    private final Storage store;
    private volatile boolean encrypted;
    private volatile boolean closed;

    /** What puts implementations in force, each of one seam. */
    record Users(Storage store, Eviction policy, Gate gate, Peers peers) {}

    Seams(Time time, Users users) {
        this.store = users.store;
        Eviction policy = users.policy;
        Gate gate = users.gate;
        this.peer = new Selection<>(Seam.PEER, time, new NoTransport(), outward(time, users.peers::use));
        this.registry = new Selection<>(Seam.REGISTRY, time, Seat.NONE, outward(time, users.peers::use));
        this.storage = new Selection<>(
                Seam.STORAGE,
                time,
                store.inForce(),
                new Rules<>(
                        engine -> {
                            store.use(required(engine));
                            return true;
                        },
                        new StorageCheck()));
        this.eviction = new Selection<>(
                Seam.EVICTION,
                time,
                policy.inForce(),
                new Rules<>(next -> policy.use(required(next)), new EvictionCheck()));
        this.encryption = new Selection<>(
                Seam.ENCRYPTION,
                time,
                null,
                new Rules<>(
                        cipher -> {
                            gate.use(cipher);
                            return true;
                        },
                        new CipherCheck()));
    }

    /** A seam to other machines: it is not checked, as that would reach them, and put in force by the worker. */
    private static <T> Rules<T> outward(Time time, Consumer<T> user) {
        return new Rules<>(
                service -> {
                    T next = required(service);
                    time.schedule(Duration.ZERO, () -> user.accept(next));
                    return true;
                },
                any -> {});
    }

    private static <T> T required(@Nullable T service) {
        if (service == null) {
            throw new IllegalStateException("A seam with a built-in implementation is never without one.");
        }
        return service;
    }

    /** Takes an engine out that leaves, and its items to the one in force. */
    void removeStorage(StorageEngine engine) {
        storage.remove(engine);
        if (!closed) {
            store.evacuate(engine);
        }
    }

    /** Keeps what is in force from now on: the core ends. */
    void close() {
        closed = true;
        storage.close();
        eviction.close();
        encryption.close();
        peer.close();
        registry.close();
    }

    void configure(CoreSettings settings) {
        encrypted = !settings.keys().isEmpty();
        storage.configure(settings.storage());
        eviction.configure(settings.eviction());
        encryption.configure(settings.keys().isEmpty() ? "" : settings.cipher());
        peer.configure("");
        registry.configure(settings.registry());
    }

    Selection<?> of(Seam seam) {
        return switch (seam) {
            case STORAGE -> storage;
            case EVICTION -> eviction;
            case ENCRYPTION -> encryption;
            case PEER -> peer;
            case REGISTRY -> registry;
        };
    }

    List<NodeStatus.InForce> inForce() {
        List<NodeStatus.InForce> all = new ArrayList<>(List.of(storage.inForce(), eviction.inForce()));
        if (encrypted) {
            all.add(encryption.inForce());
        }
        for (Selection<?> outward : List.of(peer, registry)) {
            NodeStatus.InForce serves = outward.inForce();
            if (!Selection.BUILT_IN.equals(serves.name())) {
                all.add(serves);
            }
        }
        return all;
    }

    List<Implementation> implementations() {
        List<Implementation> all = new ArrayList<>(storage.implementations());
        all.addAll(eviction.implementations());
        all.addAll(encryption.implementations());
        for (Selection<?> outward : List.of(peer, registry)) {
            outward.implementations().stream()
                    .filter(each -> !each.name().equals(Selection.BUILT_IN))
                    .forEach(all::add);
        }
        return all;
    }
}
