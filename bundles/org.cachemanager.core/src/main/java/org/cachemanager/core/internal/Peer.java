package org.cachemanager.core.internal;

import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerTransport;
import org.jspecify.annotations.Nullable;

/** A member. Its deadline is the next question, or the end of the one under way. Guarded by the lock. */
final class Peer extends Deadlines.Deadline {

    private static final Failure SILENT = new Failure(
            Failure.Reason.UNAVAILABLE, "It has not answered whether it is there within the time for that.");

    private final Peers peers;
    final PeerAddress address;

    @Nullable
    UUID ref;

    boolean tried;
    boolean up;
    boolean gone;
    boolean again;
    long downSeconds;
    long started;

    @Nullable
    Question question;

    Peer(Peers peers, PeerAddress address) {
        this.peers = peers;
        this.address = address;
    }

    @Override
    void reached() {
        Question late;
        synchronized (peers.guard) {
            late = question;
        }
        if (late == null) {
            peers.ask(this);
        } else if (peers.isSlept(peers.deadlines.dueNanos(this))) {
            late.repeat();
        } else {
            late.fail(SILENT);
        }
    }

    /** One question who is there, or how it sees the others. */
    abstract class Question {
        final long sentNanos = peers.time.nanos();
        volatile Call call = Call.ANSWERED;

        final void fail(Failure failure) {
            if (end()) {
                call.cancel();
                peers.down(Peer.this, failure);
            }
        }

        final void repeat() {
            if (end()) {
                call.cancel();
                peers.ask(Peer.this);
            }
        }

        final boolean end() {
            synchronized (peers.guard) {
                boolean current = question == this;
                if (current) {
                    question = null;
                    peers.deadlines.cancel(Peer.this);
                }
                return current;
            }
        }

        abstract void send(PeerTransport with);
    }

    /** Who is there? */
    final class Probe extends Question implements Reply<UUID> {

        @Override
        public void completed(UUID ref) {
            if (end()) {
                peers.seen(Peer.this, ref);
            }
        }

        @Override
        public void failed(Failure failure) {
            fail(failure);
        }

        @Override
        void send(PeerTransport with) {
            call = with.probe(address, this);
        }
    }

    /** How do you see the others? */
    final class Greet extends Question implements Reply<Greeting> {
        private final UUID ref;

        Greet(UUID ref) {
            this.ref = ref;
        }

        @Override
        public void completed(Greeting answer) {
            if (end()) {
                peers.answered(Peer.this, answer, sentNanos);
            }
        }

        @Override
        public void failed(Failure failure) {
            fail(failure);
        }

        @Override
        void send(PeerTransport with) {
            Greeting greeting = peers.tenure.greeting(ref, peers.watcher.isInformed(ref));
            call = peers.watcher.passOn(
                    new Owners.Node(ref, address),
                    Peers.NO_KEY,
                    (transport, to) -> transport.greet(to, greeting, this),
                    this::fail);
        }
    }
}
