package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this node seals for its peers. One is used for a second, at most a tenth of the margin: so a peer,
 * which remembers the tokens that it has opened, need not decrypt each.
 */
final class SealedTokens {

    /** So many are kept, by a hash of what they are for. */
    private static final int SLOTS = 256;

    private static final long MOST_MILLIS = 1000;
    private static final int PART = 10;

    private final Time time;
    private final long mostMillis;
    private final AtomicReferenceArray<@Nullable Sealed> slots = new AtomicReferenceArray<>(SLOTS);

    /** @param marginMillis how old a token may be where it is opened; 0: of any age */
    SealedTokens(Time time, long marginMillis) {
        this.time = time;
        this.mostMillis = marginMillis == 0 ? MOST_MILLIS : Math.min(MOST_MILLIS, marginMillis / PART);
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

    /** A token of a namespace with a mark; its name begins the bytes. */
    Namespace token(Keyring keyring, byte[] name, int length, PeerMark mark) {
        long now = time.epochMillis();
        int slot = slot(name, length, mark);
        Sealed known = slots.get(slot);
        if (known != null && known.isOf(name, length, mark)) {
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
