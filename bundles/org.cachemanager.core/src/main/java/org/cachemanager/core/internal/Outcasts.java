package org.cachemanager.core.internal;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Threads that are in an eviction policy and do not come back: their next access to an entry throws, which gets them
 * out of a loop over entries, and keeps what the policy has not yet done from being done when it is out of force.
 *
 * <p>A thread can't be stopped; but a policy can do nothing without the entries. Asked at each access, so that it costs
 * one read of a field when there is none, which is always.
 */
final class Outcasts {

    /** Null when there is none. Replaced under the class's lock. */
    private static volatile @Nullable Set<Thread> threads;

    private Outcasts() {}

    /** Throws when the calling thread is one. */
    static void check() {
        Set<Thread> now = threads;
        if (now != null && now.contains(Thread.currentThread())) {
            throw new IllegalStateException("The eviction policy has taken too long and is put out of force.");
        }
    }

    static synchronized void add(Thread thread) {
        Set<Thread> next = threads == null ? new HashSet<>() : new HashSet<>(threads);
        next.add(thread);
        threads = next;
    }

    /** Takes the calling thread back, if it is one: it is out of the policy. */
    static void end() {
        if (threads != null) {
            remove(Thread.currentThread());
        }
    }

    private static synchronized void remove(Thread thread) {
        if (threads != null) {
            Set<Thread> next = new HashSet<>(threads);
            next.remove(thread);
            threads = next.isEmpty() ? null : next;
        }
    }
}
