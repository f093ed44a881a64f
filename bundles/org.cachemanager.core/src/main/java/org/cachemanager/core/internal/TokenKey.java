package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * A key of a cipher, and the tokens that this node has sealed under it for its peers. One is used for a second, at most
 * a tenth of the margin: so a peer, which remembers the tokens that it has opened, need not decrypt each.
 */
final class TokenKey {

    /** So many are kept, by a hash of what they are for. */
    private static final int SLOTS = 256;

    private static final long MOST_MILLIS = 1000;
    private static final int PART = 10;

    private final Time time;
    private final NamespaceCipher cipher;
    private final String key;
    private final Keyring keyring;
    private final AtomicReferenceArray<@Nullable Sealed> slots = new AtomicReferenceArray<>(SLOTS);

    /** @param key in Base64 */
    TokenKey(Time time, NamespaceCipher cipher, String key) {
        this.time = time;
        this.cipher = cipher;
        this.key = key;
        this.keyring = cipher.keyring(List.of(Base64.getDecoder().decode(key)));
    }

    /** Whether it is the same key of the same cipher, so that each opens what the other has sealed. */
    boolean isSame(TokenKey other) {
        return cipher == other.cipher && key.equals(other.key);
    }

    /** The text of a token that was sealed under this key. */
    byte[] open(byte[] token) throws RefusedTokenException {
        return keyring.open(token);
    }

    /** A token, and what it is for. */
    private static final class Sealed {
        final byte[] name;
        final PeerMark mark;
        final Namespace token;
        final long millis;

        Sealed(byte[] name, PeerMark mark, Namespace token, long millis) {
            this.name = name;
            this.mark = mark;
            this.token = token;
            this.millis = millis;
        }

        boolean isOf(byte[] other, int length, PeerMark self) {
            return Arrays.equals(name, 0, name.length, other, 0, length) && mark.equals(self);
        }
    }

    /**
     * A token of a namespace with a mark; its name begins the bytes.
     *
     * @param marginMillis how old a token may be where it is opened; 0: of any age
     */
    Namespace token(byte[] name, int length, PeerMark mark, long marginMillis) {
        long now = time.epochMillis();
        int slot = slot(name, length, mark);
        Sealed known = slots.get(slot);
        if (known != null && known.isOf(name, length, mark)) {
            long mostMillis = marginMillis == 0 ? MOST_MILLIS : Math.min(MOST_MILLIS, marginMillis / PART);
            long age = now - known.millis;
            if (age >= 0 && age <= mostMillis) {
                return known.token;
            }
        }
        byte[] of = Arrays.copyOf(name, length);
        NamespaceText text = new NamespaceText(new String(of, StandardCharsets.US_ASCII), now, mark);
        Namespace token = Namespace.of(keyring.seal(text.toBytes()));
        slots.set(slot, new Sealed(of, mark, token, now));
        return token;
    }

    private static int slot(byte[] name, int length, PeerMark mark) {
        int hash = mark.hashCode();
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + name[i];
        }
        return (hash ^ hash >>> 16) & (SLOTS - 1);
    }
}
