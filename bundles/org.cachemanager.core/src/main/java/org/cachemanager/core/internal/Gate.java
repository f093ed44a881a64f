package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.encryption.Keyring;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.encryption.RefusedTokenException;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call into its namespace: by a token when keys are configured, else by the plain name.
 *
 * <p>What opens tokens is one immutable {@link Regime}, replaced as a whole. After a change of cipher or keys the
 * previous keyring opens tokens for a while more. While the configured cipher is not there calls are parked, bounded in
 * number and time, then refused: never is a plain name taken where keys are configured.
 */
final class Gate implements Namespaces {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final int MAX_PLAIN_BYTES = 4 * 1024;
    private static final int MAX_TOKEN_BYTES = 8 * 1024;
    private static final int MAX_PARKED = 10_000;
    private static final long PARK_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration LEAST_GRACE = Duration.ofSeconds(30);
    private static final int REMEMBERED_TOKENS = 4096;

    private static final Failure BAD_NAME =
            new Failure(Failure.Reason.BAD_NAMESPACE, "A namespace has at most 4096 bytes and no | in it.");
    private static final Failure LONG_TOKEN =
            new Failure(Failure.Reason.BAD_NAMESPACE, "A namespace token has at most 8192 bytes.");
    private static final Failure UNTIMELY = new Failure(
            Failure.Reason.REFUSED,
            "The namespace token's timestamp is missing or too far from this node's clock; make a new token, and check"
                    + " both clocks.");
    private static final Failure NO_CIPHER = new Failure(
            Failure.Reason.UNAVAILABLE,
            "The configured encryption does not serve now; the node's log says why. Try again.");

    private final Time time;
    private final Deadlines deadlines;
    private final Runnable threw;
    private volatile Regime regime;

    /** Guards the line of parked calls and the changes of regime; no call is opened under it. */
    private final Object guard = new Object();

    private final Deque<Parked> parked = new ArrayDeque<>();
    private List<String> keys = List.of();
    private @Nullable NamespaceCipher cipher;
    private Duration margin = LEAST_GRACE;
    private boolean closed;

    /** @param threw told, under no lock, that a cipher threw something else than a refusal */
    Gate(Time time, Deadlines deadlines, Runnable threw) {
        this.time = time;
        this.threw = threw;
        this.deadlines = deadlines;
        this.regime = new Regime(time, List.of(), true, 0);
    }

    /** A keyring and how long it opens tokens. */
    private record Honoured(Keyring keyring, long untilNanos, boolean current) {

        boolean isIn(long nowNanos) {
            return current || untilNanos - nowNanos > 0;
        }
    }

    /** A token that was opened: all but its time is known for good. */
    private static final class Opened {
        final byte[] token;
        final NamespaceText text;
        final Namespace namespace;

        Opened(byte[] token, NamespaceText text, Namespace namespace) {
            this.token = token;
            this.text = text;
            this.namespace = namespace;
        }

        boolean isOf(byte[] buffer, int offset, int length) {
            return Arrays.equals(token, 0, token.length, buffer, offset, offset + length);
        }
    }

    /** What opens tokens, the tokens that it has opened, and those that it has sealed. */
    private static final class Regime {
        final List<Honoured> keyrings;
        final boolean plain;
        final long marginMillis;
        final AtomicReferenceArray<@Nullable Opened> opened;
        final SealedTokens sealed;

        Regime(Time time, List<Honoured> keyrings, boolean plain, long marginMillis) {
            this.keyrings = keyrings;
            this.plain = plain;
            this.marginMillis = marginMillis;
            this.opened = new AtomicReferenceArray<>(plain ? 1 : REMEMBERED_TOKENS);
            this.sealed = new SealedTokens(time, marginMillis);
        }

        boolean isReady() {
            return plain || (!keyrings.isEmpty() && keyrings.get(0).current);
        }
    }

    /** A call that came while the configured cipher was not there. */
    private final class Parked extends Deadlines.Deadline implements Call {
        private final byte[] token;
        private final Reply<Namespace> reply;

        Parked(byte[] token, Reply<Namespace> reply) {
            this.token = token;
            this.reply = reply;
        }

        @Override
        public boolean cancel() {
            boolean left;
            synchronized (guard) {
                left = parked.remove(this);
            }
            deadlines.cancel(this);
            return left;
        }

        @Override
        void reached() {
            if (cancel()) {
                Replies.failed(reply, NO_CIPHER);
            }
        }
    }

    /** Takes the settings over. Never less closed than either the old or the new ones. */
    void configure(List<String> newKeys, Duration newMargin) {
        synchronized (guard) {
            boolean sameKeys = keys.equals(newKeys);
            keys = newKeys;
            margin = newMargin;
            change(sameKeys);
        }
        admitParked();
    }

    /** Refuses the calls that are parked, and those that still would be: the core ends. */
    void close(Failure why) {
        List<Parked> waiting;
        synchronized (guard) {
            closed = true;
            waiting = List.copyOf(parked);
            parked.clear();
        }
        for (Parked call : waiting) {
            deadlines.cancel(call);
            Replies.failed(call.reply, why);
        }
    }

    /** Puts a cipher in force; null when the configured one is not there. */
    void use(@Nullable NamespaceCipher next) {
        synchronized (guard) {
            boolean same = cipher == next;
            cipher = next;
            change(same);
        }
        admitParked();
    }

    private void change(boolean sameKeyring) {
        if (keys.isEmpty()) {
            regime = new Regime(time, List.of(), true, 0);
            return;
        }
        List<Honoured> keyrings = new ArrayList<>();
        Keyring current = keyring();
        if (current != null) {
            keyrings.add(new Honoured(current, Long.MAX_VALUE, true));
        }
        Duration grace = margin.compareTo(LEAST_GRACE) > 0 ? margin : LEAST_GRACE;
        long now = time.nanos();
        for (Honoured old : regime.keyrings) {
            if (!old.current) {
                keyrings.add(old);
            } else if (!sameKeyring) {
                keyrings.add(new Honoured(old.keyring, now + grace.toNanos(), false));
                time.schedule(grace, this::forgetPrevious);
            }
        }
        regime = new Regime(time, List.copyOf(keyrings), false, margin.toMillis());
    }

    private @Nullable Keyring keyring() {
        NamespaceCipher with = cipher;
        if (with == null) {
            return null;
        }
        try {
            return with.keyring(keys.stream().map(Base64.getDecoder()::decode).toList());
        } catch (RuntimeException | LinkageError e) {
            LOG.error(
                    "The cipher can't use the configured keys; calls are refused until it or the keys are changed.", e);
            return null;
        }
    }

    private void forgetPrevious() {
        synchronized (guard) {
            Regime now = regime;
            long nanos = time.nanos();
            List<Honoured> rest =
                    now.keyrings.stream().filter(k -> k.isIn(nanos)).toList();
            regime = new Regime(time, rest, now.plain, now.marginMillis);
        }
    }

    private void admitParked() {
        List<Parked> ready = new ArrayList<>();
        synchronized (guard) {
            if (regime.isReady()) {
                ready.addAll(parked);
                parked.clear();
            }
        }
        for (Parked call : ready) {
            deadlines.cancel(call);
            openToken(regime, call.token, call.reply);
        }
    }

    @Override
    public boolean requiresTokens() {
        return !regime.plain;
    }

    @Override
    public Call open(byte[] buffer, int offset, int length, Reply<Namespace> reply) {
        Regime now = regime;
        if (now.plain) {
            openPlain(Arrays.copyOfRange(buffer, offset, offset + length), reply);
            return Call.ANSWERED;
        }
        if (length > MAX_TOKEN_BYTES) {
            Replies.failed(reply, LONG_TOKEN);
            return Call.ANSWERED;
        }
        int slot = slot(buffer, offset, length);
        Opened known = now.opened.get(slot);
        if (known != null && known.isOf(buffer, offset, length) && now.isReady()) {
            admit(now, known, reply);
            return Call.ANSWERED;
        }
        byte[] token = Arrays.copyOfRange(buffer, offset, offset + length);
        if (now.isReady()) {
            openToken(now, token, reply);
            return Call.ANSWERED;
        }
        return park(token, reply);
    }

    private Call park(byte[] token, Reply<Namespace> reply) {
        Parked call = new Parked(token, reply);
        Failure refusal;
        synchronized (guard) {
            refusal = closed ? Core.ENDED : parked.size() < MAX_PARKED ? null : NO_CIPHER;
            if (refusal == null) {
                parked.add(call);
                deadlines.set(call, time.nanos() + PARK_NANOS);
            }
        }
        if (refusal != null) {
            Replies.failed(reply, refusal);
            return Call.ANSWERED;
        }
        admitParked();
        return call;
    }

    /**
     * What names a namespace in a call that is passed on to a peer: a token with the mark of this node, or the plain
     * name with the mark beside it; null while the configured cipher is not there.
     *
     * @param name begins with its plain name in canonical bytes
     */
    @Nullable
    Namespace seal(byte[] name, int length, PeerMark self) {
        Regime now = regime;
        if (now.plain) {
            return Namespace.ofPeer(Arrays.copyOf(name, length), self);
        }
        if (!now.isReady()) {
            return null;
        }
        try {
            return now.sealed.token(now.keyrings.get(0).keyring, name, length, self);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The cipher threw when it was to seal a token for a peer; the call stays here.", e);
            threw.run();
            return null;
        }
    }

    private static void openPlain(byte[] name, Reply<Namespace> reply) {
        boolean bad = name.length > MAX_PLAIN_BYTES;
        for (int i = 0; !bad && i < name.length; i++) {
            bad = name[i] == '|';
        }
        if (bad) {
            Replies.failed(reply, BAD_NAME);
        } else {
            Replies.completed(reply, Namespace.of(name));
        }
    }

    private void openToken(Regime now, byte[] token, Reply<Namespace> reply) {
        Opened opened;
        try {
            NamespaceText text = NamespaceText.parse(decrypt(now, token));
            byte[] name = text.namespace().getBytes(StandardCharsets.US_ASCII);
            Namespace namespace = text.peer() == null ? Namespace.of(name) : Namespace.ofPeer(name, text.peer());
            opened = new Opened(token, text, namespace);
        } catch (RefusedTokenException e) {
            Replies.failed(reply, new Failure(Failure.Reason.REFUSED, String.valueOf(e.getMessage())));
            return;
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The cipher threw when it was to open a token; the call is refused.", e);
            threw.run();
            Replies.failed(reply, NO_CIPHER);
            return;
        }
        now.opened.set(slot(token, 0, token.length), opened);
        admit(now, opened, reply);
    }

    private byte[] decrypt(Regime now, byte[] token) throws RefusedTokenException {
        RefusedTokenException refused = null;
        for (Honoured honoured : now.keyrings) {
            if (honoured.isIn(time.nanos())) {
                try {
                    return honoured.keyring.open(token);
                } catch (RefusedTokenException e) {
                    refused = refused == null ? e : refused;
                }
            }
        }
        throw refused == null ? new RefusedTokenException("No key opens the namespace token.") : refused;
    }

    private void admit(Regime now, Opened opened, Reply<Namespace> reply) {
        if (opened.text.isTimely(time.epochMillis(), now.marginMillis)) {
            Replies.completed(reply, opened.namespace);
        } else {
            Replies.failed(reply, UNTIMELY);
        }
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
