package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Version;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the items when owners change: copies of keys that this node has just acquired are dropped, since
 * newer ones may be elsewhere; then what is not its own any more is given to its owner, some at a time, and forgotten.
 *
 * <p>Walks the index on the worker, some entries at a time. Its lock guards the walk; nothing is called under it.
 */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    /** So many items are under way to their owners at the most. */
    private static final int MOST_UNDER_WAY = 16;

    private final Core core;
    private final RoutedCache routes;
    private Walk walk;

    Handover(Core core, RoutedCache routes) {
        this.core = core;
        this.routes = routes;
        this.walk = new Walk(core.tenure.view());
    }

    /** Owners may have changed, or been settled. */
    void look() {
        walk(false);
    }

    /** Something may have come in that belongs elsewhere. */
    void again() {
        walk(true);
    }

    private void walk(boolean anew) {
        View view;
        Walk fresh;
        synchronized (this) {
            view = core.tenure.view();
            if (!anew && walk.isOf(view)) {
                return;
            }
            fresh = new Walk(view);
            walk = fresh;
        }
        if (view.settled() && view.owners().isAlone()) {
            return;
        }
        if (core.index.items() == 0) {
            fresh.end();
        } else {
            core.time.schedule(Duration.ZERO, fresh::step);
        }
    }

    private synchronized boolean isCurrent(Walk one) {
        return walk == one;
    }

    /** The key of an entry; null when its engine throws, which costs the item. */
    private @Nullable Key key(IndexEntry entry) {
        try {
            return Key.ofBytes(entry.stored.key());
        } catch (RuntimeException | LinkageError e) {
            core.storageThrew(entry.engine, e);
            return null;
        }
    }

    /** What has become of an item that was to be given. */
    private enum Outcome {
        GIVEN,
        DROPPED,
        KEPT
    }

    /** One walk over all entries, for one epoch: before it is settled to drop, afterwards to give. */
    private final class Walk {
        private final View view;
        private final Index.Walk entries = core.index.walk(any -> true);
        private final Deque<IndexEntry> waiting = new ArrayDeque<>();
        private int underWay;
        private int given;
        private int dropped;
        private boolean failed;
        private boolean ended;

        Walk(View view) {
            this.view = view;
        }

        boolean isOf(View other) {
            return view.epoch() == other.epoch() && view.settled() == other.settled();
        }

        void step() {
            if (!isCurrent(this)) {
                entries.end();
            }
            if (!entries.isOver()) {
                List<IndexEntry> some = entries.next();
                if (view.settled()) {
                    give(some);
                } else {
                    drop(some);
                }
            }
            next();
        }

        private void next() {
            if (!entries.isOver()) {
                boolean full;
                synchronized (this) {
                    full = !waiting.isEmpty();
                }
                if (!full) {
                    core.time.schedule(Duration.ZERO, this::step);
                }
            } else {
                end();
            }
        }

        void end() {
            synchronized (this) {
                if (ended || underWay > 0 || !waiting.isEmpty()) {
                    return;
                }
                ended = true;
            }
            if (!view.settled()) {
                if (isCurrent(this) && core.tenure.swept(view.epoch())) {
                    core.ownersChanged();
                }
            } else if (given + dropped > 0) {
                LOG.info(
                        "Items given to the nodes that own them now: {}; not taken there, as newer ones were there,"
                                + " or there was no room for such: {}.",
                        given,
                        dropped);
            }
            if (failed && isCurrent(this)) {
                core.time.schedule(routes.peers.timeout(), Handover.this::again);
            }
        }

        private void drop(List<IndexEntry> some) {
            for (IndexEntry entry : some) {
                Key key = view.lost() ? null : key(entry);
                if (key == null || view.isStale(Owners.hash(key.bytes()))) {
                    forget(entry);
                }
                entry.release();
            }
        }

        private void forget(IndexEntry entry) {
            if (core.index.remove(entry)) {
                core.shelf.discard(entry);
            }
        }

        private void give(List<IndexEntry> some) {
            for (IndexEntry entry : some) {
                Key key = key(entry);
                if (key == null) {
                    forget(entry);
                    entry.release();
                } else if (owner(key).isHere() || entry.expiryMillis() <= core.time.epochMillis()) {
                    entry.release();
                } else {
                    synchronized (this) {
                        waiting.add(entry);
                    }
                }
            }
            send();
        }

        private Owners.Node owner(Key key) {
            return view.owners().of(Owners.hash(key.bytes()));
        }

        private void send() {
            IndexEntry entry = poll();
            while (entry != null) {
                new Giving(this, entry).begin();
                entry = poll();
            }
        }

        private synchronized @Nullable IndexEntry poll() {
            if (underWay >= MOST_UNDER_WAY) {
                return null;
            }
            IndexEntry entry = waiting.poll();
            underWay += entry == null ? 0 : 1;
            return entry;
        }

        void over(IndexEntry entry, Outcome outcome) {
            boolean more;
            synchronized (this) {
                underWay--;
                given += outcome == Outcome.GIVEN ? 1 : 0;
                dropped += outcome == Outcome.DROPPED ? 1 : 0;
                failed |= outcome == Outcome.KEPT;
                more = underWay == 0 && waiting.isEmpty();
            }
            if (outcome != Outcome.KEPT) {
                forget(entry);
            }
            entry.release();
            core.time.schedule(Duration.ZERO, more ? this::next : this::send);
        }
    }

    /** An item that is given to its owner. */
    private final class Giving extends Deadlines.Deadline implements Reply<Boolean> {
        private final Walk walk;
        private final IndexEntry entry;

        /** Null as long as it is not known. */
        private volatile @Nullable Call call;

        Giving(Walk walk, IndexEntry entry) {
            this.walk = walk;
            this.entry = entry;
        }

        void begin() {
            Key key = key(entry);
            if (key == null) {
                walk.over(entry, Outcome.DROPPED);
                return;
            }
            Owners.Node owner = routes.owners().of(Owners.hash(key.bytes()));
            if (owner.isHere() || !isCurrent(walk)) {
                walk.over(entry, Outcome.KEPT);
                return;
            }
            if (!routes.local.isReadable(entry)) {
                walk.over(entry, Outcome.DROPPED);
                return;
            }
            Data data = entry.data();
            Version version = new Version(entry.expiryMillis(), entry.stamp());
            routes.until(this, routes.patience.untilNanos(data.length()));
            call = routes.courier.passOn(owner, key, (with, to) -> with.give(to, data, version, this), this::failed);
        }

        @Override
        public void completed(Boolean taken) {
            routes.ended(this);
            walk.over(entry, taken ? Outcome.GIVEN : Outcome.DROPPED);
        }

        /** What its owner has no use for, since it is too large there, is no use here either. */
        @Override
        public void failed(Failure failure) {
            routes.ended(this);
            walk.over(entry, failure.reason() == Failure.Reason.TOO_LARGE ? Outcome.DROPPED : Outcome.KEPT);
        }

        @Override
        void reached() {
            Call sent = call;
            if (sent == null) {
                routes.until(this, routes.patience.againNanos());
            } else if (sent.cancel()) {
                walk.over(entry, Outcome.KEPT);
            }
        }
    }
}
