package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.jspecify.annotations.Nullable;

/** What opens tokens and seals them, the present keys first; and the tokens that it has opened. Any thread. */
final class Regime {

    private static final int REMEMBERED_TOKENS = 4096;

    final boolean plain;
    final long marginMillis;
    private final List<Honoured> keys;
    private final AtomicReferenceArray<@Nullable Opened> opened;

    private Regime(List<Honoured> keys, boolean plain, long marginMillis) {
        this.keys = keys;
        this.plain = plain;
        this.marginMillis = marginMillis;
        this.opened = new AtomicReferenceArray<>(plain ? 1 : REMEMBERED_TOKENS);
    }

    /** That where there are no keys: plain names are taken. */
    static Regime plain() {
        return new Regime(List.of(), true, 0);
    }

    /** A key and how long it opens tokens. */
    private record Honoured(TokenKey key, long untilNanos, boolean present) {

        boolean isIn(long nowNanos) {
            return present || untilNanos - nowNanos > 0;
        }
    }

    /** A token that was opened: all but its time is known for good. */
    static final class Opened {
        private final byte[] token;
        final TokenKey key;
        final NamespaceText text;
        final Namespace namespace;

        private Opened(byte[] token, TokenKey key, NamespaceText text) {
            byte[] name = text.namespace().getBytes(StandardCharsets.US_ASCII);
            this.token = token;
            this.key = key;
            this.text = text;
            this.namespace = text.peer() == null ? Namespace.of(name) : Namespace.ofPeer(name, text.peer());
        }

        private boolean isOf(byte[] buffer, int offset, int length) {
            return Arrays.equals(token, 0, token.length, buffer, offset, offset + length);
        }
    }

    /**
     * The one after it.
     *
     * @param present none when the configured cipher is not there
     * @param untilNanos until when the present keys of this one open tokens that are none of those
     */
    Regime next(List<TokenKey> present, long untilNanos, long nextMarginMillis) {
        List<Honoured> next = new ArrayList<>();
        present.forEach(key -> next.add(new Honoured(key, Long.MAX_VALUE, true)));
        for (Honoured old : keys) {
            if (next.stream().noneMatch(each -> each.key.isSame(old.key))) {
                next.add(old.present ? new Honoured(old.key, untilNanos, false) : old);
            }
        }
        return new Regime(List.copyOf(next), false, nextMarginMillis);
    }

    /** This one, without what opens no tokens any more. */
    Regime at(long nowNanos) {
        return new Regime(keys.stream().filter(key -> key.isIn(nowNanos)).toList(), plain, marginMillis);
    }

    /** Whether it can do what the settings ask. */
    boolean isReady() {
        return plain || (!keys.isEmpty() && keys.get(0).present);
    }

    boolean isOfPresentKeysAlone() {
        return keys.stream().allMatch(Honoured::present);
    }

    boolean honours(TokenKey key) {
        return keys.stream().anyMatch(each -> each.key.isSame(key));
    }

    /**
     * What to seal under for a peer, where it is ready.
     *
     * @param used the key that the peer has used last
     * @return that one if it is a present one, else the first
     */
    TokenKey sealing(@Nullable TokenKey used) {
        for (Honoured each : keys) {
            if (used != null && each.present && each.key.isSame(used)) {
                return each.key;
            }
        }
        return keys.get(0).key;
    }

    /** The present key after the one that is sealed under for a peer; null when there is none. */
    @Nullable
    TokenKey after(@Nullable TokenKey used) {
        List<TokenKey> present =
                keys.stream().filter(Honoured::present).map(Honoured::key).toList();
        int next = present.isEmpty() ? 0 : present.indexOf(sealing(used)) + 1;
        return next < present.size() ? present.get(next) : null;
    }

    /** Opens a token. */
    Opened open(byte[] token, long nowNanos) throws RefusedTokenException {
        RefusedTokenException refused = null;
        for (Honoured honoured : keys) {
            if (honoured.isIn(nowNanos)) {
                byte[] text;
                try {
                    text = honoured.key.open(token);
                } catch (RefusedTokenException e) {
                    refused = refused == null ? e : refused;
                    continue;
                }
                return new Opened(token, honoured.key, NamespaceText.parse(text));
            }
        }
        throw refused == null ? new RefusedTokenException("No key opens the namespace token.") : refused;
    }

    /** Remembers a token, perhaps, as long as nothing changes. */
    void remember(Opened token) {
        opened.set(slot(token.token, 0, token.token.length), token);
    }

    @Nullable
    Opened remembered(byte[] buffer, int offset, int length) {
        Opened known = opened.get(slot(buffer, offset, length));
        return known != null && known.isOf(buffer, offset, length) ? known : null;
    }

    /** A place among the remembered tokens: from the end of the token, which is its authentication code. */
    private static int slot(byte[] buffer, int offset, int length) {
        int h = length;
        for (int i = Math.max(0, length - 24); i < length; i++) {
            h = 31 * h + buffer[offset + i];
        }
        return (h ^ (h >>> 15)) & (REMEMBERED_TOKENS - 1);
    }
}
