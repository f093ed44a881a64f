package org.cachemanager.api.peer;

import java.util.function.LongFunction;
import org.cachemanager.api.Data;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * A call that one node passes on to another, which serves it where it lands.
 *
 * @param peer where it goes
 * @param namespace its name is what goes where a client names its namespace: a token that holds the mark of the node
 *     that passes the call on, or a plain name; its peer is that mark, to be sent beside a plain name, and null when
 *     the token holds it
 * @param key the key in its namespace, in canonical bytes
 * @param room sets room aside at once for so many bytes of an answer, to be closed by the transport once they are given
 *     back; null when there is none
 */
public record PeerCall(PeerAddress peer, Namespace namespace, Data key, LongFunction<@Nullable Reservation> room) {}
