package org.cachemanager.eviction.gdsf.internal;

/**
 * Finds the queue whose coldest entry has the lowest priority, by a tree of winners: another head costs a step a level,
 * and there are nine.
 *
 * <p>Priorities wrap around; they are compared by their difference, so all of them must lie within half of the range of
 * a long.
 */
final class Tournament {

    private static final int LEAVES = 512;

    private final boolean[] present = new boolean[LEAVES];
    private final long[] priorities = new long[LEAVES];

    /** The winner among the leaves below each inner node; the root is 1, the leaves would begin at LEAVES. */
    private final short[] winners = new short[LEAVES];

    Tournament() {
        for (int node = LEAVES - 1; node > 0; node--) {
            settle(node);
        }
    }

    /** Says what the head of a queue has; queues go from 0 to 511. */
    void enter(int queue, long priority) {
        present[queue] = true;
        priorities[queue] = priority;
        play(queue);
    }

    /** Says that a queue is empty. */
    void leave(int queue) {
        present[queue] = false;
        play(queue);
    }

    /** The queue with the lowest priority, the lower number among equals; -1 when all are empty. */
    int lowest() {
        int winner = winners[1];
        return present[winner] ? winner : -1;
    }

    private void play(int queue) {
        for (int node = (queue + LEAVES) / 2; node > 0; node /= 2) {
            settle(node);
        }
    }

    private void settle(int node) {
        int left = winner(2 * node);
        int right = winner(2 * node + 1);
        boolean rightWins = present[right] && (!present[left] || priorities[right] - priorities[left] < 0);
        winners[node] = (short) (rightWins ? right : left);
    }

    private int winner(int node) {
        return node < LEAVES ? winners[node] : node - LEAVES;
    }
}
