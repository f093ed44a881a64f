package org.cachemanager.protocol;

import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Greeting;
import org.jspecify.annotations.Nullable;

/**
 * What {@code peer/greet} says.
 *
 * @param namespace the plain name or the token; nothing is done in it
 * @param greeting how the node that greets sees the others
 * @param peer the mark of that node, beside a plain name; null when the token holds it
 */
public record GreetRequest(
        Text namespace, Greeting greeting, @Nullable PeerMark peer) {}
