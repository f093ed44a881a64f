package org.cachemanager.storage.offheap.internal;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The sizes of slots: 16 bytes apart up to 256, then an eighth, each as large as a page cut into so many gives; slots
 * begin at multiples of 8.
 */
final class SizeClasses {

    /** The most bytes in a slot; more are kept in several. */
    static final int MOST_BYTES = Page.BYTES / 8;

    private static final int STEP = 16;
    private static final int EVEN_UP_TO = 256;
    private static final int STEPS_IN_DOUBLE = 8;
    private static final int ALIGNMENT = 8;

    /** How many slots of each class are in a page; the smallest slots first. */
    private static final int[] SLOTS_IN_PAGE = slotsInPage();

    /** The class of each size, in steps of 16 bytes. */
    private static final byte[] CLASSES = classes();

    private SizeClasses() {}

    private static int[] slotsInPage() {
        SortedSet<Integer> counts = new TreeSet<>();
        for (int bytes = STEP; bytes <= EVEN_UP_TO; bytes += STEP) {
            counts.add(Page.BYTES / bytes);
        }
        for (int bytes = EVEN_UP_TO; bytes < MOST_BYTES; bytes *= 2) {
            for (int i = 1; i <= STEPS_IN_DOUBLE; i++) {
                counts.add(Page.BYTES / (bytes + bytes / STEPS_IN_DOUBLE * i));
            }
        }
        int[] descending = new int[counts.size()];
        int at = descending.length;
        for (int count : counts) {
            descending[--at] = count;
        }
        return descending;
    }

    private static byte[] classes() {
        byte[] classes = new byte[MOST_BYTES / STEP + 1];
        int now = 0;
        for (int i = 0; i < classes.length; i++) {
            while (slotBytes(SLOTS_IN_PAGE[now]) < i * STEP) {
                now++;
            }
            classes[i] = (byte) now;
        }
        return classes;
    }

    /** How large the slots are when there are so many in a page. */
    static int slotBytes(int slotsInPage) {
        return Page.BYTES / slotsInPage / ALIGNMENT * ALIGNMENT;
    }

    /** How many slots are in a page, for each class. */
    static int[] all() {
        return Arrays.copyOf(SLOTS_IN_PAGE, SLOTS_IN_PAGE.length);
    }

    /** The class of the smallest slot in which so many bytes find room, at most {@link #MOST_BYTES}. */
    static int of(int bytes) {
        return CLASSES[(bytes + STEP - 1) / STEP];
    }
}
