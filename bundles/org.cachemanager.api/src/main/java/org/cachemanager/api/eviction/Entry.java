package org.cachemanager.api.eviction;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The header of an item in the index, as an eviction policy sees it.
 *
 * <p>It carries what a policy needs to remember of it, so that a policy keeps no map of its own: a word and two links,
 * written only under the policy's lock, and a mark, which any thread may write at any time.
 */
@ProviderType
public interface Entry {

    /** The hash of the key: 64 well mixed bits. Never changes. */
    long hash();

    /** The bytes that the item counts against the limit, 1 or more. Never changes. */
    long weight();

    /** The instant at which the item expires, in milliseconds since the epoch. Never changes. */
    long expiryMillis();

    /** A number for {@link EvictionPolicy#touch}: read and written by any thread, writes may be lost. Starts at 0. */
    int mark();

    /** Sets the {@link #mark()}. */
    void mark(int mark);

    /** A number of the policy in force; read and written under its lock only. 0 when it is added. */
    long word();

    /** Sets the {@link #word()}, under the policy's lock. */
    void word(long word);

    /** The neighbour on the colder side in the queue the entry is in, or null; under the policy's lock only. */
    @Nullable
    Entry colder();

    /** Sets {@link #colder()}, under the policy's lock. */
    void colder(@Nullable Entry entry);

    /** The neighbour on the warmer side in the queue the entry is in, or null; under the policy's lock only. */
    @Nullable
    Entry warmer();

    /** Sets {@link #warmer()}, under the policy's lock. */
    void warmer(@Nullable Entry entry);
}
