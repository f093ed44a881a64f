package org.cachemanager.api.admin;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an operator can see and do; it works on the cache in force. Any thread may call it.
 *
 * <p>A method whose operation is not among {@link #operations()} throws {@link UnsupportedOperationException}.
 */
@ProviderType
public interface CacheAdmin {

    /** The operations that a cache may lack. */
    enum Operation {
        STATISTICS,
        LOCKS,
        FLUSH,
        USE
    }

    /** What the cache in force can do. */
    Set<Operation> operations();

    /** What has happened since the start. */
    Statistics statistics();

    /**
     * The locks that are held, in no order.
     *
     * @param most how many at the most
     */
    List<HeldLock> locks(int most);

    /** The implementations of each seam that are there, the built-in ones included. */
    List<Implementation> implementations();

    /**
     * Chooses an implementation, until the setting of that seam changes in the file or the node restarts: the same as
     * {@link SettingsAdmin#set}, with an answer when it is done. One that is not there yet comes into force as soon as
     * it arrives.
     *
     * @param name a name as in {@link Implementation#name()}
     * @return completes when it is in force, as cancelled when another choice comes before that; cancelling it changes
     *     nothing. Fails with {@link SettingRefusedException} where that method throws it
     */
    CompletionStage<Implementation> use(Seam seam, String name);

    /**
     * Removes every item; locks and waiters stay.
     *
     * @return how many there were
     */
    long flush();
}
