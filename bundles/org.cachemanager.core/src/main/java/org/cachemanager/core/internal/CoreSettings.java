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
 * @param peerRefreshTime how long after a peer was marked down it is tried again
 * @param peerConnectionTimeout how long a peer may take to answer a probe, or a call that does not wait
 * @param storage the name of the engine to put in force
 * @param eviction the name of the policy to put in force
 * @param cipher the name of the cipher to put in force, when there are keys
 * @param registry the name of the registry client to put in force; empty: any that is there
 * @param keys the namespace keys in Base64; none: plain namespaces
 */
record CoreSettings(
        long maxCacheBytes,
        long roomBytes,
        long maxItemBytes,
        Duration purgeTime,
        Duration timestampMargin,
        Duration peerRefreshTime,
        Duration peerConnectionTimeout,
        String storage,
        String eviction,
        String cipher,
        String registry,
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
