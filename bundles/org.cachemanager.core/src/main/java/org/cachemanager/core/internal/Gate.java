package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.encryption.NamespaceCipher;
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
 * previous ones open tokens for a while more. Tokens for a peer are sealed under the key that it used last, if that is
 * one of the present ones, so that keys can be changed on one node after another. While the configured cipher is not
 * there calls are parked, bounded in number and time, then refused: never is a plain name taken where keys are
 * configured.
 */
final class Gate implements Namespaces {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final int MAX_PLAIN_BYTES = 4 * 1024;
    private static final int MAX_TOKEN_BYTES = 8 * 1024;

    /** A token of a peer says more than the client's whose call it passes on. */
    private static final int MAX_PEER_TOKEN_BYTES = MAX_TOKEN_BYTES + 256;

    private static final int MAX_PEERS = 1024;
    private static final int MAX_PARKED = 10_000;
    private static final long PARK_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration LEAST_GRACE = Duration.ofSeconds(30);

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
    private final Runnable changed;
    private volatile Regime regime;

    /** The key that a peer has used last, by its ref. */
    private final Map<UUID, TokenKey> usedByPeers = new ConcurrentHashMap<>();

    /** Guards the line of parked calls and the changes of regime; no call is opened under it. */
    private final Object guard = new Object();

    private final Deque<Parked> parked = new ArrayDeque<>();
    private List<String> keys = List.of();
    private @Nullable NamespaceCipher cipher;
    private Duration margin = LEAST_GRACE;
    private boolean closed;

    /**
     * A gate that takes plain names.
     *
     * @param threw told, under no lock, that a cipher threw something else than a refusal
     * @param changed told, under no lock, that there are other keys, or another cipher for them, than before
     */
    Gate(Time time, Deadlines deadlines, Runnable threw, Runnable changed) {
        this.time = time;
        this.threw = threw;
        this.changed = changed;
        this.deadlines = deadlines;
        this.regime = Regime.plain();
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
        boolean sameKeys;
        synchronized (guard) {
            sameKeys = keys.equals(newKeys);
            keys = newKeys;
            margin = newMargin;
            change(sameKeys);
        }
        changed(sameKeys);
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
        boolean same;
        synchronized (guard) {
            same = cipher == next || keys.isEmpty();
            cipher = next;
            change(same);
        }
        changed(same);
    }

    private void changed(boolean same) {
        admitParked();
        if (!same) {
            changed.run();
        }
    }

    private void change(boolean sameKeys) {
        if (keys.isEmpty()) {
            regime = Regime.plain();
            usedByPeers.clear();
            return;
        }
        Duration grace = margin.compareTo(LEAST_GRACE) > 0 ? margin : LEAST_GRACE;
        long untilNanos = sameKeys ? time.nanos() : time.nanos() + grace.toNanos();
        regime = regime.next(tokenKeys(), untilNanos, margin.toMillis());
        if (!sameKeys && !regime.isOfPresentKeysAlone()) {
            time.schedule(grace, this::forgetPrevious);
        }
    }

    private List<TokenKey> tokenKeys() {
        NamespaceCipher with = cipher;
        if (with == null) {
            return List.of();
        }
        try {
            with.keyring(keys.stream().map(Base64.getDecoder()::decode).toList()); // says which key it can't use
            return keys.stream().map(key -> new TokenKey(time, with, key)).toList();
        } catch (RuntimeException | LinkageError e) {
            LOG.error(
                    "The cipher can't use the configured keys; calls are refused until it or the keys are changed.", e);
            return List.of();
        }
    }

    private void forgetPrevious() {
        synchronized (guard) {
            regime = regime.at(time.nanos());
            usedByPeers.values().removeIf(used -> !regime.honours(used));
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
        if (length > MAX_PEER_TOKEN_BYTES) {
            Replies.failed(reply, LONG_TOKEN);
            return Call.ANSWERED;
        }
        Regime.Opened known = now.remembered(buffer, offset, length);
        if (known != null && now.isReady()) {
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
     * @param to the peer
     * @param name begins with its plain name in canonical bytes
     */
    @Nullable
    Namespace seal(UUID to, byte[] name, int length, PeerMark self) {
        Regime now = regime;
        if (now.plain) {
            return Namespace.ofPeer(Arrays.copyOf(name, length), self);
        }
        if (!now.isReady()) {
            return null;
        }
        try {
            return now.sealing(usedByPeers.get(to)).token(name, length, self, now.marginMillis);
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
        Regime.Opened opened;
        try {
            opened = now.open(token, time.nanos());
        } catch (RefusedTokenException e) {
            Failure why = new Failure(Failure.Reason.REFUSED, String.valueOf(e.getMessage()));
            Replies.failed(reply, token.length > MAX_TOKEN_BYTES ? LONG_TOKEN : why);
            return;
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The cipher threw when it was to open a token; the call is refused.", e);
            threw.run();
            Replies.failed(reply, NO_CIPHER);
            return;
        }
        PeerMark by = opened.text.peer();
        if (by == null && token.length > MAX_TOKEN_BYTES) {
            Replies.failed(reply, LONG_TOKEN);
            return;
        }
        if (by != null && isTimely(now, opened)) {
            note(by.ref(), opened.key);
        }
        now.remember(opened);
        admit(now, opened, reply);
    }

    private void note(UUID peer, TokenKey used) {
        if (usedByPeers.size() < MAX_PEERS || usedByPeers.containsKey(peer)) {
            usedByPeers.put(peer, used);
        }
    }

    /**
     * A peer does not let in what was sealed for it, as when it has been given other keys while this node was away.
     *
     * @return whether another of the keys is tried the next time; else it is the first again
     */
    boolean refused(UUID peer) {
        TokenKey next = regime.after(usedByPeers.get(peer));
        if (next == null) {
            usedByPeers.remove(peer);
        } else {
            note(peer, next);
        }
        return next != null;
    }

    private void admit(Regime now, Regime.Opened opened, Reply<Namespace> reply) {
        if (isTimely(now, opened)) {
            Replies.completed(reply, opened.namespace);
        } else {
            Replies.failed(reply, UNTIMELY);
        }
    }

    private boolean isTimely(Regime now, Regime.Opened opened) {
        return opened.text.isTimely(time.epochMillis(), now.marginMillis);
    }
}
