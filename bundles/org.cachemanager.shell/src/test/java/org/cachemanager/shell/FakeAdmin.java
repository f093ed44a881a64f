package org.cachemanager.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.HeldLock;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.admin.Statistics;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;
import org.cachemanager.api.feature.FeatureRuntime;

/** The administration of a cache with one eviction policy, and one more in a feature that is not installed. */
final class FakeAdmin implements CacheAdmin, FeatureRuntime {

    final List<Implementation> implementations = new ArrayList<>(List.of(s3fifo()));
    final List<HeldLock> locks = new ArrayList<>();
    final Set<Operation> operations = EnumSet.allOf(Operation.class);
    boolean comesIntoForce = true;

    private static Implementation s3fifo() {
        return new Implementation(Seam.EVICTION, "s3fifo", "org.cachemanager.eviction.s3fifo 1.0", 100, true, true, "");
    }

    private static Implementation lru(boolean inForce) {
        return new Implementation(Seam.EVICTION, "lru", "org.cachemanager.eviction.lru 1.0", 50, inForce, inForce, "");
    }

    @Override
    public Set<Operation> operations() {
        return operations;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(9000, 1000, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    }

    @Override
    public List<HeldLock> locks(int most) {
        return locks.subList(0, Math.min(most, locks.size()));
    }

    @Override
    public List<Implementation> implementations() {
        return implementations;
    }

    @Override
    public CompletionStage<Implementation> use(Seam seam, String name) {
        return comesIntoForce ? CompletableFuture.completedFuture(lru(true)) : new CompletableFuture<>();
    }

    @Override
    public long flush() {
        return 12;
    }

    @Override
    public List<FeatureInfo> features() {
        return List.of(feature("eviction-lru", implementations.size() > 1), feature("eviction-broken", false));
    }

    private static FeatureInfo feature(String name, boolean installed) {
        return new FeatureInfo(name, "org.cachemanager:" + name, "Says what it is.", installed, List.of(), List.of());
    }

    @Override
    public FeatureInfo install(String name) throws FeatureException {
        if (name.equals("eviction-broken")) {
            throw new FeatureException("eviction-broken does not resolve: nothing was changed.");
        }
        implementations.add(lru(false));
        return feature(name, true);
    }

    @Override
    public FeatureInfo update(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FeatureInfo remove(String name) {
        throw new UnsupportedOperationException();
    }

    void lock(String namespace, String key, int waiters) {
        locks.add(new HeldLock(namespace, key, Duration.ofMillis(1500), waiters));
    }
}
