package org.cachemanager.benchmarks.costs;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine, with its maintenance on the caller's thread. */
final class CaffeineSubject implements Subject {

    private final Cache<Integer, Integer> cache;

    CaffeineSubject(int items) {
        cache = Caffeine.newBuilder().maximumSize(items).executor(Runnable::run).build();
    }

    @Override
    public boolean get(Integer key) {
        return cache.getIfPresent(key) != null;
    }

    @Override
    public void put(Integer key) {
        cache.put(key, key);
    }
}
