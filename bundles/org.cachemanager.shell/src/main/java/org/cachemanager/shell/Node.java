package org.cachemanager.shell;

import java.util.concurrent.atomic.AtomicReference;
import org.cachemanager.api.Cache;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.api.feature.FeatureRuntime;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The services of the node that the commands work on, each as it is there just now. */
@Component(service = Node.class, immediate = true)
public final class Node {

    private final AtomicReference<Cache> cache = new AtomicReference<>();
    private final AtomicReference<CacheAdmin> admin = new AtomicReference<>();
    private final AtomicReference<FeatureRuntime> features = new AtomicReference<>();
    private final AtomicReference<SettingsAdmin> settings = new AtomicReference<>();

    Cache cache() throws CommandFailedException {
        return there(cache, "The cache");
    }

    CacheAdmin admin() throws CommandFailedException {
        return there(admin, "The cache's administration");
    }

    FeatureRuntime features() throws CommandFailedException {
        return there(features, "The feature runtime");
    }

    SettingsAdmin settings() throws CommandFailedException {
        return there(settings, "The settings' administration");
    }

    private static <T> T there(AtomicReference<T> service, String what) throws CommandFailedException {
        T current = service.get();
        if (current == null) {
            throw new CommandFailedException(
                    what + " is not there just now. Try again in a moment; if it stays away, the log says why.");
        }
        return current;
    }

    /** Keeps the commands when a service comes or goes. */
    @Modified
    void modified() {
        // Nothing is configured here; without this method a swap would build the component anew.
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCache(Cache service) {
        cache.set(service);
    }

    void unbindCache(Cache service) {
        cache.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAdmin(CacheAdmin service) {
        admin.set(service);
    }

    void unbindAdmin(CacheAdmin service) {
        admin.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFeatures(FeatureRuntime service) {
        features.set(service);
    }

    void unbindFeatures(FeatureRuntime service) {
        features.compareAndSet(service, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSettings(SettingsAdmin service) {
        settings.set(service);
    }

    void unbindSettings(SettingsAdmin service) {
        settings.compareAndSet(service, null);
    }
}
