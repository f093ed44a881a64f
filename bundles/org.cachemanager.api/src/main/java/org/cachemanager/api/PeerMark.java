package org.cachemanager.api;

import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What marks a call that a node has passed on: it is served where it lands, and goes no further.
 *
 * @param ref the node that passed it on
 * @param epoch the epoch of the node that it was sent to, as far as the sender knew; 0 if it did not. A call from an
 *     earlier epoch may have been given up and made elsewhere since, and is refused
 */
public record PeerMark(UUID ref, long epoch) {

    private static final Pattern EPOCH = Pattern.compile("[0-9]{1,18}|[0-8][0-9]{18}");

    public PeerMark {
        Objects.requireNonNull(ref);
        if (epoch < 0) {
            throw new IllegalArgumentException("An epoch is 0 or more.");
        }
    }

    /**
     * Reads a mark, such as {@code 1d20de92-12bd-4067-8563-8d63e83429cc} or, with an epoch,
     * {@code 1d20de92-12bd-4067-8563-8d63e83429cc@17}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PeerMark parse(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        UUID ref = UUID.fromString(name);
        String epoch = at < 0 ? "0" : text.substring(at + 1);
        if (!ref.toString().equalsIgnoreCase(name) || !EPOCH.matcher(epoch).matches()) {
            throw new IllegalArgumentException("A mark is a ref, or a ref, @ and a number.");
        }
        return new PeerMark(ref, Long.parseLong(epoch));
    }

    @Override
    public String toString() {
        return epoch == 0 ? ref.toString() : ref + "@" + epoch;
    }
}
