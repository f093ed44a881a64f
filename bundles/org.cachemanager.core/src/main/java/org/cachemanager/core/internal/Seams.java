package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.core.internal.Selection.Rules;
import org.jspecify.annotations.Nullable;

/** The seams that the core uses, each with what is in force. */
final class Seams {

    final Selection<StorageEngine> storage;
    final Selection<EvictionPolicy> eviction;
    final Selection<NamespaceCipher> encryption;
    private final Storage store;
    private volatile boolean encrypted;
    private volatile boolean closed;

    Seams(Time time, Storage store, Eviction policy, Gate gate) {
        this.store = store;
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
    }

    void configure(CoreSettings settings) {
        encrypted = !settings.keys().isEmpty();
        storage.configure(settings.storage());
        eviction.configure(settings.eviction());
        encryption.configure(settings.keys().isEmpty() ? "" : settings.cipher());
    }

    Selection<?> of(Seam seam) {
        return switch (seam) {
            case STORAGE -> storage;
            case EVICTION -> eviction;
            case ENCRYPTION -> encryption;
        };
    }

    List<NodeStatus.InForce> inForce() {
        List<NodeStatus.InForce> all = new ArrayList<>(List.of(storage.inForce(), eviction.inForce()));
        if (encrypted) {
            all.add(encryption.inForce());
        }
        return all;
    }

    List<Implementation> implementations() {
        List<Implementation> all = new ArrayList<>(storage.implementations());
        all.addAll(eviction.implementations());
        all.addAll(encryption.implementations());
        return all;
    }
}
