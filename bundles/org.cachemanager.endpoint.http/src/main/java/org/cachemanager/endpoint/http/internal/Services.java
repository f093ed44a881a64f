package org.cachemanager.endpoint.http.internal;

import java.util.concurrent.atomic.AtomicReference;
import org.cachemanager.api.Cache;
import org.cachemanager.api.encryption.Namespaces;
import org.jspecify.annotations.Nullable;

/** The services that the endpoint calls, as they come and go. A call keeps to those that it began with. */
final class Services {

    private final AtomicReference<@Nullable Cache> cache = new AtomicReference<>();
    private final AtomicReference<@Nullable Namespaces> namespaces = new AtomicReference<>();

    void bind(Cache arrived) {
        cache.set(arrived);
    }

    /** Forgets the cache if it is still the one in use: its successor may have been bound before. */
    void unbind(Cache left) {
        cache.compareAndSet(left, null);
    }

    void bind(Namespaces arrived) {
        namespaces.set(arrived);
    }

    void unbind(Namespaces left) {
        namespaces.compareAndSet(left, null);
    }

    @Nullable
    Cache cache() {
        return cache.get();
    }

    @Nullable
    Namespaces namespaces() {
        return namespaces.get();
    }
}
