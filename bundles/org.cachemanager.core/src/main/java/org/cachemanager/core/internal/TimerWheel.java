package org.cachemanager.core.internal;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timer wheel: nodes by the tick at which they are due, each added, removed and found due in constant
 * time.
 *
 * <p>Seven levels of 64 slots. A node lies on the level of the highest six-bit digit in which its tick differs from the
 * wheel's present, in the slot of that digit; when the present reaches a slot of a higher level, its nodes move down.
 * So a jump of the clock costs what is due, not the ticks that were passed. Varghese and Lauck, "Hashed and
 * Hierarchical Timing Wheels", SOSP 1987.
 *
 * <p>Not safe for use by several threads: its owner's lock guards it and the links of its nodes.
 */
final class TimerWheel<N extends TimerWheel.Node> {

    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = 7;

    /** The furthest tick ahead that the wheel can tell from later ones. */
    private static final long HORIZON = (1L << (DIGIT_BITS * LEVELS)) - 1;

    /** Something that is due at a tick; it is in one wheel at most. */
    abstract static class Node {
        private @Nullable Node previous;
        private @Nullable Node next;

        /** The tick at which it is due; does not change while it is in a wheel. */
        abstract long dueTick();

        final boolean isLinked() {
            return next != null;
        }

        private void linkBefore(Node head) {
            Node last = head.previous == null ? head : head.previous;
            previous = last;
            next = head;
            last.next = this;
            head.previous = this;
        }

        private void unlink() {
            Node before = previous;
            Node after = next;
            if (before != null && after != null) {
                before.next = after;
                after.previous = before;
            }
            previous = null;
            next = null;
        }
    }

    /** The head of a ring of nodes. */
    private static final class Head extends Node {

        @Override
        long dueTick() {
            return Long.MAX_VALUE;
        }

        @Nullable
        Node first() {
            Node first = ((Node) this).next;
            return first == this ? null : first;
        }
    }

    private final @Nullable Head[] slots = new Head[LEVELS * SLOTS];
    /** A bit for each slot that may have nodes; a set bit may be stale, a clear one is true. */
    private final long[] occupied = new long[LEVELS];

    private final Head due = new Head();
    private long present;

    /** @param present the tick it is now, 0 or more */
    TimerWheel(long present) {
        this.present = present;
    }

    /** Adds a node that is in no wheel; one that is due already is found by the next {@link #poll}. */
    void add(N node) {
        place(node);
    }

    /** Takes a node out; does nothing when it is not in. */
    void remove(N node) {
        ((Node) node).unlink();
    }

    /** A tick before which nothing is due, {@link Long#MAX_VALUE} when there is no node; not before the present. */
    long nextTick() {
        if (due.first() != null) {
            return present;
        }
        int level = lowestLevel();
        return level == LEVELS ? Long.MAX_VALUE : slotStart(level, Long.numberOfTrailingZeros(occupied[level]));
    }

    /**
     * Takes out a node that is due, in the order of the ticks.
     *
     * @param now the tick it is; the wheel's present moves on to it, never back
     * @return null when none is due any more
     */
    @SuppressWarnings("unchecked") // only nodes of type N are added
    @Nullable
    N poll(long now) {
        Node first = due.first();
        while (first == null && turn(now)) {
            first = due.first();
        }
        if (first != null) {
            first.unlink();
        }
        return (N) first;
    }

    /** Moves the nodes of the next occupied slot that has been reached; false when none has. */
    private boolean turn(long now) {
        int level = lowestLevel();
        int slot = level == LEVELS ? 0 : Long.numberOfTrailingZeros(occupied[level]);
        long start = level == LEVELS ? Long.MAX_VALUE : slotStart(level, slot);
        if (start > now) {
            present = Math.max(present, now);
            return false;
        }
        present = start;
        occupied[level] &= ~(1L << slot);
        Head head = slots[level * SLOTS + slot];
        for (Node node = first(head); node != null; node = first(head)) {
            node.unlink();
            place(node);
        }
        return true;
    }

    private static @Nullable Node first(@Nullable Head head) {
        return head == null ? null : head.first();
    }

    private void place(Node node) {
        long tick = Math.min(node.dueTick(), HORIZON);
        if (tick <= present) {
            node.linkBefore(due);
            return;
        }
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(tick ^ present)) / DIGIT_BITS;
        int slot = (int) (tick >>> (level * DIGIT_BITS)) & (SLOTS - 1);
        int at = level * SLOTS + slot;
        Head head = slots[at];
        if (head == null) {
            head = new Head();
            slots[at] = head;
        }
        node.linkBefore(head);
        occupied[level] |= 1L << slot;
    }

    private int lowestLevel() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    private long slotStart(int level, int slot) {
        long above = present >>> ((level + 1) * DIGIT_BITS);
        return ((above << DIGIT_BITS) | slot) << (level * DIGIT_BITS);
    }
}
