package org.cachemanager.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Who is up, and what this node may do about it.
 *
 * @param since the views since its keys were last settled, this one the last
 * @param epoch the stamp at which it began
 * @param settled whether all keys that it owns may be served
 * @param doubted whether none of them may, not even those that were owned before
 * @param lost whether what is held is to be dropped
 */
record View(Owners owners, List<Owners> since, long epoch, boolean settled, boolean doubted, boolean lost) {

    /** With more views since its keys were last settled nothing counts as kept. */
    static final int MOST = 16;

    /** The view in which these nodes are up. */
    View next(Owners next, long began, boolean doubts, boolean loses) {
        List<Owners> all = new ArrayList<>();
        if (settled) {
            all.add(owners);
        } else {
            all.addAll(since.subList(0, Math.min(since.size(), MOST)));
        }
        all.add(next);
        return new View(next, List.copyOf(all), began, false, doubts, loses);
    }

    /** The same view, with other addresses. */
    View with(Owners same) {
        return new View(same, since, epoch, settled, doubted, lost);
    }

    /** The same view, settled. */
    View settle() {
        return new View(owners, List.of(owners), epoch, true, false, false);
    }

    /**
     * Whether what this node holds of a key may be older than what another node holds, or than what is gone: since its
     * keys were last settled the key has been another node's, and is not that one's any more.
     */
    boolean isStale(long hash) {
        UUID heir = null;
        for (Owners each : since) {
            Owners.Node owner = each.of(hash);
            if (heir == null) {
                heir = owner.isHere() ? null : owner.ref();
            } else if (!heir.equals(owner.ref())) {
                return true;
            }
        }
        return since.size() > MOST;
    }

    /** Whether this node has owned the key ever since its keys were last settled. */
    boolean keeps(long hash) {
        for (Owners owners : since) {
            if (!owners.of(hash).isHere()) {
                return false;
            }
        }
        return since.size() <= MOST;
    }
}
