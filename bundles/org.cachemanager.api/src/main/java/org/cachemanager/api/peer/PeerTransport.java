package org.cachemanager.api.peer;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Reply;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Carries calls to peers.
 *
 * <p>A service with the property {@value #NAME}. Every method may be called by any thread, none blocks, and a call that
 * waits for its answer holds no thread. A transport has no time-out for a peer that has not begun to answer, but for
 * making the connection: who calls gives a call up when it has waited long enough, by {@link Call#cancel()}, and then
 * the peer is told, by the end of the connection if need be, so that nobody waits there either. An answer that has
 * begun and does not go on the transport may give up by itself.
 *
 * <p>Replies are called as {@link Reply} says, and fail with
 *
 * <ul>
 *   <li>{@link org.cachemanager.api.Failure.Reason#NOBODY} if nobody listens at the peer's address, so that it is sure
 *       that nobody serves there;
 *   <li>{@link org.cachemanager.api.Failure.Reason#UNAVAILABLE} if the peer can't be reached, hangs up, answers with
 *       anything that is no answer to the call, or says that it can't serve now;
 *   <li>{@code FAILED} if the peer is there, and says in the words of the protocol that it can't carry this call out;
 *   <li>{@code REFUSED} if it does not accept who calls: the keys, the clocks or the certificates of the two differ; a
 *       peer that hangs up on a certificate may look like one that can't be reached;
 *   <li>{@code TOO_LARGE} or {@code NO_ROOM} if it says so, or there is no room here for its answer.
 * </ul>
 */
@ConsumerType
public interface PeerTransport {

    /** The service property that names a transport, such as {@code http}. */
    String NAME = "cachemanager.peer.name";

    /**
     * Asks who is there.
     *
     * @param reply {@code completed} gives the ref that the node's status tells
     */
    Call probe(PeerAddress peer, Reply<UUID> reply);

    /**
     * Looks an item up at a peer, as {@link org.cachemanager.api.Cache#get} does there.
     *
     * @param maxWait how long the caller would wait, from zero to an hour
     * @param reply {@code found} gives an item whose bytes are in room of the call
     */
    Call get(PeerCall call, Duration maxWait, GetReply reply);

    /**
     * Stores an item at a peer.
     *
     * @param data not changed until the reply was called or the call was cancelled; not used afterwards
     * @param ttlSeconds how long it is served, 1 or more
     * @param reply {@code completed} gives the length of the data
     */
    Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply);

    /**
     * Removes an item at a peer.
     *
     * @param reply {@code completed} tells whether there was one
     */
    Call delete(PeerCall call, Reply<Boolean> reply);

    /**
     * Greets a peer, as {@link PeerService#greeted} takes it there.
     *
     * @param call its namespace holds the mark of this node; it has no key
     */
    Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply);

    /** Tells a peer of a lock, as {@link PeerService#claim} takes it there. */
    Call claim(PeerCall call, Duration lease, Reply<Boolean> reply);

    /**
     * Gives an item over to a peer, as {@link PeerService#take} takes it there.
     *
     * @param data not changed until the reply was called or the call was cancelled; not used afterwards
     */
    Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply);
}
