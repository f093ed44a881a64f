package org.cachemanager.protocol;

import java.util.List;
import org.cachemanager.api.PeerMark;
import org.jspecify.annotations.Nullable;

/**
 * What {@code peer/look_up} asks: several keys of one namespace, without a wait.
 *
 * @param namespace the plain name or the token
 * @param keys from one to {@value #MOST_KEYS}, each as that of a {@code get_data}
 * @param peer the mark of the node that asks, beside a plain name
 */
public record LookUpsRequest(
        Text namespace, List<Text> keys, @Nullable PeerMark peer) {

    /** How many keys one request may have. */
    public static final int MOST_KEYS = 64;
}
