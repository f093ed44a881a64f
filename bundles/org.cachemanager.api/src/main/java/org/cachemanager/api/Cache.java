package org.cachemanager.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The cache that locks: of all callers that need the same missing item, exactly one is told to make it, the others get
 * it the moment it is there.
 *
 * <p>Every method may be called by any thread and none blocks. A call has a deadline of its own and can be cancelled.
 */
@ProviderType
public interface Cache {

    /**
     * Looks an item up; if it is missing, gives the caller its lock or lets the caller wait for it.
     *
     * <ul>
     *   <li>The item is there: {@link GetReply#found}, at once.
     *   <li>It is missing and {@code maxWait} is zero: {@link GetReply#absent}, at once, and no lock is taken.
     *   <li>It is missing and nobody holds its lock: {@link GetReply#locked}, at once. The lock is a lease of
     *       {@code maxWait} less 200 ms (at most a tenth of it).
     *   <li>Somebody holds the lock: the caller waits. When the item is set, {@code found}; when the lease lapses, the
     *       one that has waited longest is {@code locked} with a lease of its own {@code maxWait}; when {@code maxWait}
     *       runs out, {@code absent}, up to 100 ms (at most 5 %) before it does.
     * </ul>
     *
     * <p>{@code failed} with {@link Failure.Reason#NO_ROOM} if too many locks are held, or the item is large and so
     * many other large ones are being read that the readers would keep the room from everybody else.
     *
     * @param maxWait how long the caller would wait, from zero to an hour
     */
    Call get(Key key, Duration maxWait, GetReply reply);

    /**
     * Stores an item, frees its lock, whoever holds it, and answers everybody who waits for it.
     *
     * @param data copied before the reply is called; the caller may reuse the bytes then
     * @param ttlSeconds how long it is served, 1 or more
     * @param reply {@code completed} gives the length of the data; {@code failed} with {@link Failure.Reason#TOO_LARGE}
     *     or {@link Failure.Reason#NO_ROOM}: an earlier item under this key and its lock stay as they were
     */
    Call set(Key key, Data data, long ttlSeconds, Reply<Integer> reply);

    /**
     * Removes an item; a lock on its key stays.
     *
     * @param reply {@code completed} tells whether there was one
     */
    Call delete(Key key, Reply<Boolean> reply);

    /**
     * Sets room aside for bytes that are on their way in; evicts for them if need be. When there is none the call waits
     * for some to be given back, up to {@code maxWait}.
     *
     * @param bytes how many, 0 or more
     * @param maxWait zero to be refused at once
     * @param reply {@code completed} gives the room, which the receiver closes; {@code failed} with
     *     {@link Failure.Reason#NO_ROOM}
     */
    Call reserve(long bytes, Duration maxWait, Reply<Reservation> reply);

    /**
     * Sets room aside at once, for bytes that the caller may keep for long, such as what a connection takes; evicts for
     * them if need be. All that is held together gets three quarters of the limit at the most.
     *
     * @param bytes how many, 0 or more
     * @return the room, which the caller closes; null when there is none, or the cache has stopped
     */
    @Nullable
    Reservation hold(long bytes);

    /** The most bytes of data that one item may have now; {@link Long#MAX_VALUE} when there is no limit. */
    long maxItemBytes();

    /** How this node is. Takes no lock that a call waits for. */
    NodeStatus status();
}
