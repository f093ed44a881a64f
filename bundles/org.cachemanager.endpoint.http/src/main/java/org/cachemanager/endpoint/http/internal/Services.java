package org.cachemanager.endpoint.http.internal;

import java.util.concurrent.atomic.AtomicReference;
import org.cachemanager.api.Cache;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.peer.PeerService;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The services that the endpoints call, as they come and go. A call keeps to those that it began with. A component of
 * its own, because an endpoint that drains outlives its component.
 */
@Component(service = Services.class, immediate = true)
public final class Services {

    private final AtomicReference<@Nullable Cache> cache = new AtomicReference<>();
    private final AtomicReference<@Nullable Namespaces> namespaces = new AtomicReference<>();
    private final AtomicReference<@Nullable PeerService> peers = new AtomicReference<>();

    @Reference(
            name = "cache",
            unbind = "unbind",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bind(Cache arrived) {
        cache.set(arrived);
    }

    /** Forgets the cache if it is still the one in use: its successor may have been bound before. */
    void unbind(Cache left) {
        cache.compareAndSet(left, null);
    }

    @Reference(
            name = "namespaces",
            unbind = "unbind",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bind(Namespaces arrived) {
        namespaces.set(arrived);
    }

    void unbind(Namespaces left) {
        namespaces.compareAndSet(left, null);
    }

    @Reference(
            name = "peers",
            unbind = "unbind",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bind(PeerService arrived) {
        peers.set(arrived);
    }

    void unbind(PeerService left) {
        peers.compareAndSet(left, null);
    }

    @Nullable
    PeerService peers() {
        return peers.get();
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
