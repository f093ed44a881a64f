package org.cachemanager.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of an item in the whole cache: its namespace and its key, in canonical bytes.
 *
 * <p>The bytes are {@code namespace | key}; neither part contains a {@code |}, so no two different pairs have the same
 * bytes. Immutable; the array is not copied and must not be changed.
 */
public final class Key {

    /** What stands between the namespace and the key. */
    public static final byte SEPARATOR = '|';

    private final byte[] bytes;
    private final @Nullable PeerMark peer;

    private Key(byte[] bytes, @Nullable PeerMark peer) {
        this.bytes = bytes;
        this.peer = peer;
    }

    /**
     * The name of an item.
     *
     * @param namespace where the item lives
     * @param key its key there in canonical form (UTF-8, lone surrogates as three bytes each), not empty, without
     *     {@code |}
     */
    public static Key of(Namespace namespace, byte[] key) {
        byte[] name = namespace.name();
        byte[] bytes = Arrays.copyOf(name, name.length + 1 + key.length);
        bytes[name.length] = SEPARATOR;
        System.arraycopy(key, 0, bytes, name.length + 1, key.length);
        return new Key(bytes, namespace.peer());
    }

    /** A key from bytes that {@link #bytes()} gave earlier; the array is kept. */
    public static Key ofBytes(byte[] bytes) {
        return new Key(Objects.requireNonNull(bytes), null);
    }

    /** The canonical bytes, {@code namespace | key}; do not change them. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where in the bytes the separator stands: the namespace is before it, the key behind it. */
    public int separator() {
        int at = 0;
        while (bytes[at] != SEPARATOR) {
            at++;
        }
        return at;
    }

    /**
     * The mark of the node that passed the call on, so that it is served where it has landed; null when it came from a
     * client. Not part of what makes two keys equal.
     */
    public @Nullable PeerMark peer() {
        return peer;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Tells the length alone: a key is not for logs. */
    @Override
    public String toString() {
        return "Key[" + bytes.length + " bytes]";
    }
}
