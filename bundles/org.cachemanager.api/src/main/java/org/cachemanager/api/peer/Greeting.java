package org.cachemanager.api.peer;

import java.util.Objects;
import java.util.UUID;

/**
 * What two nodes tell each other, one in a greeting and the other in its answer: whom they regard as up, and since
 * when.
 *
 * <p>A stamp is an instant of the hybrid clock of the node that gives it, as a number that only grows.
 *
 * @param ref who tells
 * @param view the same for all who regard the same nodes as up
 * @param epoch the stamp at which it came to that view
 * @param clock its latest stamp
 * @param reported in a greeting, what the greeted node last told as {@code begun}, if it has been told since all that
 *     it must know in this epoch, else 0; in an answer without meaning
 * @param since the stamp since which it regards the other one as up; {@link #DOWN}, {@link #UNKNOWN} or
 *     {@link #REACHED}
 * @param started the stamp at which it started
 * @param begun the stamp at which it last began without items and locks: when it started, or found out that it had been
 *     marked down; 0 while it does not know yet who else is up, and so serves nothing
 */
public record Greeting(
        UUID ref, long view, long epoch, long clock, long reported, long since, long started, long begun) {

    /** It has marked the other one down. */
    public static final long DOWN = 0;

    /** It has never heard of the other one. */
    public static final long UNKNOWN = -1;

    /**
     * It is not up there yet, but its answer has been heard: it will be, once it says the same, or that this one is up.
     */
    public static final long REACHED = -2;

    public Greeting {
        Objects.requireNonNull(ref);
    }
}
