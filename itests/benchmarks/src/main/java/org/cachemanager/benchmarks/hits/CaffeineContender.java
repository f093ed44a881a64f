package org.cachemanager.benchmarks.hits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine, bounded by weight, with its maintenance on the caller's thread. */
final class CaffeineContender implements Contender {

    @Override
    public String name() {
        return "caffeine";
    }

    @Override
    public Hits serve(Load load, long capacity) {
        Cache<Long, Integer> cache = load.isOfItems()
                ? Caffeine.newBuilder()
                        .maximumSize(capacity)
                        .executor(Runnable::run)
                        .build()
                : Caffeine.newBuilder()
                        .maximumWeight(capacity)
                        .<Long, Integer>weigher((key, number) -> Math.toIntExact(load.weight(number)))
                        .executor(Runnable::run)
                        .build();
        long[] keys = load.keys();
        Long[] boxed = new Long[keys.length];
        Integer[] numbers = new Integer[keys.length];
        for (int i = 0; i < keys.length; i++) {
            boxed[i] = keys[i];
            numbers[i] = i;
        }
        Hits.Counter counter = new Hits.Counter();
        for (int key : load.requests()) {
            boolean isHit = cache.getIfPresent(boxed[key]) != null;
            counter.count(isHit, load.weight(key));
            if (!isHit) {
                cache.put(boxed[key], numbers[key]);
            }
        }
        return counter.hits();
    }
}
