package org.cachemanager.api.eviction;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides which entry goes when room is needed, in bytes.
 *
 * <p>A service with the property {@value #NAME}. It serves one cache at a time, and may be taken into force again after
 * {@link #drain}. All methods but {@link #touch} are called under one lock, the policy's lock, which the caller holds:
 * they take no lock, do no I/O, call nobody back but as said, and take time that does not grow with the number of
 * entries (amortised), {@link #drain} aside. {@link #touch} is called by any thread, several at once, without a lock.
 *
 * <p>Before it may come into force a policy is tried with entries of no item, on a thread of its own, and drained
 * again. One that throws, or does not come back for seconds, is put out of force; it can no longer reach an entry then.
 *
 * <p>An entry is added once, and leaves by {@link #remove}, {@link #replace}, {@link #victim} or {@link #drain}; none
 * of the methods is called for one that is not in the policy, {@link #touch} aside, which may come late.
 */
@ConsumerType
public interface EvictionPolicy {

    /** The service property that names a policy, such as {@code lru}. */
    String NAME = "cachemanager.eviction.name";

    /**
     * Says how many bytes the entries may weigh in all; called before the first {@link #add} and whenever it changes.
     * The caller asks for victims; a policy never has to keep to it by itself.
     *
     * @param maxBytes 1 or more; {@link Long#MAX_VALUE} when there is no limit
     */
    void limit(long maxBytes);

    /**
     * Tells, without a lock, that an entry was read. May use {@link Entry#mark()} and nothing else of the entry's or
     * the policy's changing state. The entry may have left the policy meanwhile.
     *
     * @return true if {@link #hit} shall follow, under the lock; it may be late, and is dropped under contention or
     *     when the entry has left
     */
    boolean touch(Entry entry);

    /** Tells, under the lock, that an entry was read, after {@link #touch} had said so. */
    void hit(Entry entry);

    /** Takes a new entry in. Its word is 0, its links are null. */
    void add(Entry entry);

    /**
     * Puts a new entry in the place and rank of another one: the item was set again, or its bytes moved. This alone is
     * no hit. The weights may differ. The word, the mark and the links go from one to the other; the old one's are
     * cleared.
     */
    void replace(Entry old, Entry fresh);

    /** Lets go of an entry that was deleted or has expired; its word and links are cleared. */
    void remove(Entry entry);

    /** Picks the entry to go, and lets go of it; null only when there is none. Its word and links are cleared. */
    @Nullable
    Entry victim();

    /**
     * Lets go of all entries, coldest first, and forgets all that it has learnt; word and links of each are cleared
     * before it is given to {@code next}, who may add it to another policy at once.
     */
    void drain(Consumer<Entry> next);
}
