package org.cachemanager.core.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What may befall the nodes of a simulation, and from which {@link Weather} on. What holds meanwhile: {@link Promise}.
 */
enum Trouble {

    /** Hundreds of keys, and items of several sizes, so that a hand-over takes several steps. */
    MANY(Weather.CALM),

    /** Nodes come later than the others, listed before or only then. */
    JOIN(Weather.CALM),

    /** Wall clocks are set forth and back by seconds, and clocks run a few per mille too fast or too slow. */
    CLOCK(Weather.CALM),

    /** A node has so little room that it evicts, and refuses what is too large for it. */
    TINY(Weather.CALM),

    /** A node stands still and goes on where it was, as after {@code kill -STOP}. */
    PAUSE(Weather.ROUGH),

    /** A process dies: its connections break, nobody listens there; it is started again with an empty cache. */
    KILL(Weather.ROUGH),

    /** A machine dies: nothing answers, and nobody is told. */
    SILENCE(Weather.ROUGH),

    /** A node dies and is started again at another address, which the registry tells. */
    MOVE(Weather.ROUGH),

    /** A node that runs takes its calls at another address, which the registry tells; for a moment at both. */
    READDRESS(Weather.ROUGH),

    /** A node dies and is started again without its base directory, so with another ref. */
    RENAME(Weather.ROUGH),

    /** Connections between nodes that are up break while calls are under way, which may have been carried out. */
    RESET(Weather.ROUGH),

    /** The network is parted in two. */
    PART(Weather.STORM),

    /** Messages are late, lost, or sent twice. */
    LATE(Weather.STORM),

    /** A node can't call another, which can call it. */
    ONE_WAY(Weather.STORM),

    /** A node accepts no calls of another, or of any, as with other keys; it tells who it is all the same. */
    REFUSAL(Weather.STORM),

    /** The calls under way from one node to another are never answered; new ones are. */
    HALF_OPEN(Weather.STORM),

    /** A member is missing in the list of a node, then of more of them; or a node knows of itself alone for a while. */
    REGISTRY(Weather.STORM),

    /** A node is without a transport for a while. */
    NO_TRANSPORT(Weather.STORM),

    /** What is sent to a node's address now and then comes to another node. */
    ONE_NAME(Weather.STORM),

    /** Another node comes with the ref of one that is up, as of a copied directory; it must not join. */
    TWINS(Weather.STORM);

    /** Those that the core does not stand yet. */
    private static final Set<Trouble> OFF = EnumSet.of(TWINS);

    final Weather from;

    /** How much befalls a run. */
    enum Weather {
        /** Nodes come, and that is all. */
        CALM,
        /** Nodes are paused, killed and restarted; the network does what it should. */
        ROUGH,
        /** The network does not always do what it should, or the nodes do not know the same members. */
        STORM
    }

    Trouble(Weather from) {
        this.from = from;
    }

    /** Those that are on; {@code -Dcachemanager.simulation.troubles=} names others. */
    static Set<Trouble> on() {
        String named = System.getProperty("cachemanager.simulation.troubles");
        if (named == null) {
            return EnumSet.complementOf(EnumSet.copyOf(OFF));
        }
        Set<Trouble> all = EnumSet.noneOf(Trouble.class);
        Arrays.stream(named.split(",")).filter(name -> !name.isEmpty()).forEach(name -> all.add(valueOf(name)));
        return all;
    }
}
