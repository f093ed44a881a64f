package org.cachemanager.core.internal;

import java.util.Arrays;

/** The one time of a simulation: events in the order of their instants, none of which takes any time. */
final class SimulatedTime {

    private static final int FIRST_CAPACITY = 1024;

    /** A heap with four children a node: shallow, and what is compared lies together. */
    private static final int CHILDREN = 4;

    private Event[] heap = new Event[FIRST_CAPACITY];
    private int size;
    private long nanos;
    private long sequence;

    /** Something that is to happen. */
    static final class Event {
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

        private boolean isBefore(Event other) {
            return dueNanos < other.dueNanos || (dueNanos == other.dueNanos && sequence < other.sequence);
        }
    }

    long nanos() {
        return nanos;
    }

    Event after(long delayNanos, Runnable action) {
        Event event = new Event(nanos + Math.max(0, delayNanos), sequence++, action);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / CHILDREN;
            if (!event.isBefore(heap[parent])) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = event;
        return event;
    }

    private Event removeFirst() {
        Event first = heap[0];
        size--;
        Event last = heap[size];
        int at = 0;
        int child = 1;
        while (child < size) {
            int least = child;
            for (int i = child + 1; i < Math.min(child + CHILDREN, size); i++) {
                least = heap[i].isBefore(heap[least]) ? i : least;
            }
            if (!heap[least].isBefore(last)) {
                break;
            }
            heap[at] = heap[least];
            at = least;
            child = CHILDREN * at + 1;
        }
        heap[at] = last;
        return first;
    }

    /** Lets everything happen until then. */
    void runUntil(long endNanos) {
        while (size > 0 && heap[0].dueNanos <= endNanos) {
            Event next = removeFirst();
            nanos = next.dueNanos;
            if (!next.cancelled) {
                next.action.run();
            }
        }
        nanos = endNanos;
    }
}
