package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.List;

/**
 * The settings that concern the core, checked.
 *
 * @param maxCacheBytes the configured limit, 0 for none
 * @param roomBytes the limit in force: the configured one, or what the memory holds
 * @param maxItemBytes the most bytes of data in one item, 0 for no limit
 * @param purgeTime how long after its expiry an item is purged at the latest
 * @param timestampMargin the greatest difference of a token's clock; zero: not checked
 * @param storage the name of the engine to put in force
 * @param eviction the name of the policy to put in force
 * @param cipher the name of the cipher to put in force, when there are keys
 * @param keys the namespace keys in Base64; none: plain namespaces
 */
record CoreSettings(
        long maxCacheBytes,
        long roomBytes,
        long maxItemBytes,
        Duration purgeTime,
        Duration timestampMargin,
        String storage,
        String eviction,
        String cipher,
        List<String> keys) {

    CoreSettings {
        keys = List.copyOf(keys);
    }

    /** Never shows the keys. */
    @Override
    public String toString() {
        return "CoreSettings[room=" + roomBytes + ", storage=" + storage + ", eviction=" + eviction + "]";
    }
}
