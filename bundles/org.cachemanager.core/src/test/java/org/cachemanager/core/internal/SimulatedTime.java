package org.cachemanager.core.internal;

import java.util.PriorityQueue;

/** The one time of a simulation: events in the order of their instants, none of which takes any time. */
final class SimulatedTime {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nanos;
    private long sequence;

    /** Something that is to happen. */
    static final class Event implements Comparable<Event> {
        private final long dueNanos;
        private final long sequence;
        private final Runnable action;
        private boolean cancelled;

        private Event(long dueNanos, long sequence, Runnable action) {
            this.dueNanos = dueNanos;
            this.sequence = sequence;
            this.action = action;
        }

        void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(dueNanos, other.dueNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sequence);
        }
    }

    long nanos() {
        return nanos;
    }

    Event after(long delayNanos, Runnable action) {
        Event event = new Event(nanos + Math.max(0, delayNanos), sequence++, action);
        events.add(event);
        return event;
    }

    /** Lets everything happen until then. */
    void runUntil(long endNanos) {
        for (Event next = events.peek(); next != null && next.dueNanos <= endNanos; next = events.peek()) {
            events.remove();
            nanos = next.dueNanos;
            if (!next.cancelled) {
                next.action.run();
            }
        }
        nanos = endNanos;
    }
}
