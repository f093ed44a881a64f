package org.cachemanager.api.admin;

/**
 * An implementation of a seam that is there.
 *
 * @param seam what it implements
 * @param name its name, such as {@code lru}
 * @param bundle symbolic name and version of the bundle that offers it, or {@code built in}
 * @param ranking its {@code service.ranking}; the highest serves when none is named
 * @param inForce whether it serves now
 * @param configured whether it is the one that was asked for
 * @param note why it is kept out, or how far a move to it has come; empty when there is nothing to say
 */
public record Implementation(
        Seam seam, String name, String bundle, int ranking, boolean inForce, boolean configured, String note) {}
