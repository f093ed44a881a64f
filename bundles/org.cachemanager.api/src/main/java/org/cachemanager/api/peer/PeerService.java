package org.cachemanager.api.peer;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Key;
import org.cachemanager.api.Reply;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the peers of this node may ask of it, besides what clients may. Who calls it has made sure that a peer asks: by
 * the mark in a sealed token, or as {@link Key#peer()} says.
 *
 * <p>Every method may be called by any thread and none blocks.
 */
@ProviderType
public interface PeerService {

    /**
     * Takes a greeting.
     *
     * @param peer who greets, by its mark
     * @return the answer; the greeting of somebody who gives itself another ref than its mark says changes nothing
     */
    Greeting greeted(UUID peer, Greeting greeting);

    /**
     * Takes note that a client of a peer has the lock of a key, given to it by another owner or for longer than this
     * node knows; or that the lock which a client of this node has is none any more.
     *
     * @param key with the mark of the peer
     * @param lease how long from now, up to an hour; zero when a set has freed the lock of a client of this node
     * @param reply {@code completed} tells whether it is noted; not if the item is there
     */
    Call claim(Key key, Duration lease, Reply<Boolean> reply);

    /**
     * Takes an item over from a peer that does not own its key any more; the newer one stays if there is one already.
     *
     * @param key with the mark of the peer
     * @param data copied before the reply is called
     * @param reply {@code completed} tells whether it was taken; a peer forgets its copy either way
     */
    Call take(Key key, Data data, Version version, Reply<Boolean> reply);
}
