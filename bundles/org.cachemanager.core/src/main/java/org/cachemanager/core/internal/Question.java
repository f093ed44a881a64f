package org.cachemanager.core.internal;

import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerTransport;

/** One question to a peer: who is there, or how it sees the others. Which one counts is guarded by the peers' lock. */
abstract class Question {

    /** With a deadline that is so late the answer may be there, and only not have been read yet. */
    private static final long GRACE_NANOS = 100_000_000;

    final Peer peer;
    final Peers peers;
    final long sentNanos;
    volatile Call call = Call.ANSWERED;
    volatile long dueNanos;

    /** Whether it was given some time after it was due. */
    private boolean graced;

    Question(Peer peer) {
        this.peer = peer;
        this.peers = peer.peers;
        this.sentNanos = peers.time.nanos();
    }

    /** Whether it has time left. */
    private boolean isInTime() {
        return dueNanos - peers.time.nanos() > 0;
    }

    /** When its answer is due. */
    final void due(long nanos) {
        dueNanos = nanos;
        peers.deadlines.set(peer, nanos);
    }

    /** What has kept it from being asked or answered. */
    final void fail(Failure failure) {
        if (end()) {
            call.cancel();
            if (failure.equals(Peers.NO_WAY) || failure.reason() == Failure.Reason.NO_ROOM) {
                peer.putOff(failure);
            } else if (failure.reason() == Failure.Reason.UNAVAILABLE && isInTime()) {
                peer.broke(failure);
            } else {
                peer.down(failure);
            }
        }
    }

    /** It is due, or was: asked anew if this node has slept. */
    final void late() {
        long byNanos = peers.time.nanos() - dueNanos;
        if (byNanos < 0) {
            due(dueNanos); // it was asked while its peer was to rest until now
        } else if (peers.pulse.isSlept(dueNanos)) {
            repeat();
        } else if (!graced && byNanos > GRACE_NANOS) {
            graced = true;
            due(peers.time.nanos() + GRACE_NANOS);
        } else {
            fail(PeerNews.SILENT);
        }
    }

    final void repeat() {
        if (end()) {
            call.cancel();
            peer.ask();
        }
    }

    final boolean end() {
        synchronized (peers.guard) {
            boolean current = peer.question == this;
            if (current) {
                peer.question = null;
                peers.deadlines.cancel(peer);
            }
            return current;
        }
    }

    abstract void send(PeerTransport with);

    /** Who is there? */
    static final class Probe extends Question implements Reply<UUID> {

        Probe(Peer peer) {
            super(peer);
        }

        @Override
        public void completed(UUID there) {
            if (end()) {
                peer.seen(there);
            }
        }

        @Override
        public void failed(Failure failure) {
            fail(failure);
        }

        @Override
        void send(PeerTransport with) {
            call = with.probe(peer.address, this);
        }
    }

    /** How do you see the others? */
    static final class Greet extends Question implements Reply<Greeting> {
        private final UUID to;

        Greet(Peer peer, UUID to) {
            super(peer);
            this.to = to;
        }

        @Override
        public void completed(Greeting answer) {
            if (end()) {
                peer.answered(answer, sentNanos);
            }
        }

        @Override
        public void failed(Failure failure) {
            if (failure.reason() == Failure.Reason.REFUSED && peers.watcher.refused(to)) {
                repeat();
            } else {
                fail(failure);
            }
        }

        @Override
        void send(PeerTransport with) {
            Greeting greeting = peers.greeting(to);
            call = peers.watcher.passOn(
                    new Owners.Node(to, peer.address),
                    Peers.NO_KEY,
                    (transport, there) -> transport.greet(there, greeting, this),
                    this::fail);
        }
    }
}
