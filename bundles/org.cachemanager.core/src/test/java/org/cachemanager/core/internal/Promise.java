package org.cachemanager.core.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What {@link History} checks, and when it holds.
 *
 * <p><b>Stable</b> is when all nodes that run have the same view, have settled in it and are confirmed, the network
 * does what it should, and nothing befalls anybody. A node is <b>troubled</b> when it is paused, goes on, dies or is
 * started: what its own clients hear late is nobody's fault. In CALM and ROUGH weather one node after the other may be
 * lost, but the network keeps its word, and what is promised of values and locks holds always; in a STORM, when
 * networks are parted or nodes disagree who is a member, it holds of what was set, given and asked while it was stable.
 * Where a node has next to no room ({@link Trouble#TINY}) items may go and locks are not remembered over a change of
 * owners.
 */
enum Promise {

    /** Always: a call is answered once, and not after it was cancelled. */
    ONCE("Answered more than once, or after it was cancelled"),

    /** Always, unless the client's node died: a call is answered, in the end. */
    ANSWERED("Never answered"),

    /**
     * Always: no client hears of an error; but of a want of room where there is next to none, and after 25 s if there
     * is a STORM, or its own node stood still meanwhile.
     */
    SERVED("Refused"),

    /** Always, unless the client's node is troubled: a wait ends by its time, as its node's clock shows it. */
    IN_TIME("Answered too late"),

    /**
     * A call without a wait: while it is stable within 100 ms; else, unless the client's node is troubled, within 3 T +
     * 1 s after whatever last befell any node: T/2 and T/5 to find out, 0.9 T to leave its keys alone, T to settle. Not
     * as long as an address leads now here, now there ({@link Trouble#ONE_NAME}): then a call may be parked for 25 s.
     */
    AT_ONCE("Answered slowly"),

    /** Always: nobody is told much before their time that an item does not come. */
    NOT_EARLY("Told too early that it does not come"),

    /** Always: what is found was set, for that key, before. */
    SET_BEFORE("A value that was not set by then"),

    /**
     * Always: nothing is found after its time, by clocks that differ by 4 s and what they were set forth and back. In a
     * STORM that of a set which was made more than once begins when it is stable again.
     */
    NOT_EXPIRED("A value that had expired"),

    /**
     * CALM, ROUGH: always. STORM, unless there is next to no room, or a node has died since: both set while stable,
     * asked while stable: nothing older than the newest acknowledged. Else a set that was given up at a node which is
     * cut off may be carried out there later; or such a node comes back with an older value when the newer one has gone
     * with the node that had it.
     */
    NEWEST("A value older than the newest"),

    /**
     * CALM, ROUGH: always. STORM, unless there is next to no room, or a node has died since: set, and read both times,
     * while stable. No value comes back that had been replaced when read.
     */
    NO_WAY_BACK("An older value after a newer one was read"),

    /**
     * Stable, unless there is next to no room: what was set in a stable time is found in the rest of it. CALM, ROUGH:
     * and in later ones, from 500 ms on, as long as nothing has befallen anybody but that nodes came, 500 ms apart.
     */
    FOUND("Lost an item"),

    /**
     * Never two holders of a lock. CALM, ROUGH: always, unless the node of the first is troubled: it may be the only
     * one that knows of the lock. STORM, or next to no room: both locks given in one stable time; and asked for in it
     * where a call may have come to another node than it was sent to ({@link Trouble#ONE_NAME}).
     */
    ONE_HOLDER("Two hold the lock"),

    /**
     * Stable, unless there is next to no room: who waits for an item that is there has it 150 ms and T/20 after it was
     * set; T/3 later where a call may have come to another node than it was sent to ({@link Trouble#ONE_NAME}).
     */
    WOKEN("Waits on though the item is there"),

    /**
     * Stable: nobody waits longer than that for an item that nobody was told to make. Who waits through a connection
     * that is silently broken ({@link Trouble#HALF_OPEN}) may wait in vain; so may a call of a node that died until its
     * time is over. A lock that was on its way when the call was given up that it was for lapses in its time.
     */
    INHERITED("Waits though nobody holds the lock"),

    /** As {@link #INHERITED}, also for the time of a lock that was on its way when its call was given up. */
    NO_PHANTOM("Waits though the lock's holder has hung up"),

    /** Stable: a lock that lapses goes to the one that has waited longest. */
    LONGEST_FIRST("Another one has waited longer for the lock"),

    /** Always: what a peer has passed on goes no further. */
    ONE_STEP("A call that a peer had passed on was passed on"),

    /** When nothing has befallen anybody for long: one view. */
    ONE_VIEW("The nodes have not come to one view"),

    /**
     * When nothing has befallen anybody for long and no client has come: nobody waits, no call is under way, each item
     * is at its owner alone and has no lock, each lock was given to somebody, and the accounts are right.
     */
    AT_REST("Not at rest");

    /** Those that the core does not keep yet: found, and left out by {@link SimulationTest}. */
    private static final Set<Promise> OFF = EnumSet.of(NO_PHANTOM);

    private static final Set<Promise> ON = on();

    /** How what is against it begins. */
    final String words;

    Promise(String words) {
        this.words = words;
    }

    /** Whether that is against it. */
    boolean isBroken(String wrong) {
        return wrong.startsWith(words + ":");
    }

    /**
     * Whether that is against none of those that the core has to keep; {@code -Dcachemanager.simulation.promises=}
     * names them.
     */
    static boolean isLeftOut(String wrong) {
        return ON.stream().noneMatch(promise -> promise.isBroken(wrong));
    }

    private static Set<Promise> on() {
        String named = System.getProperty("cachemanager.simulation.promises");
        if (named == null) {
            return EnumSet.complementOf(EnumSet.copyOf(OFF));
        }
        Set<Promise> all = EnumSet.noneOf(Promise.class);
        Arrays.stream(named.split(",")).filter(name -> !name.isEmpty()).forEach(name -> all.add(valueOf(name)));
        return all;
    }
}
