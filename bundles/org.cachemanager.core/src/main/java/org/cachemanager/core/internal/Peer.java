package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.Failure;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * A member: an address, and who was met there. Its deadline is the next question, or the end of the one under way. All
 * is guarded by the lock of {@link Peers}; who only wants to ask sooner, or tell who it was, reads without it.
 */
final class Peer extends Deadlines.Deadline {

    /** How soon a candidate is greeted again; twice as late each time. */
    private static final Duration FIRST_REFUSED = Duration.ofMillis(10);

    /** After so many, about a timeout, it is known that a candidate is not to be reckoned with. */
    private static final int MOST_REFUSALS = 10;

    private static final int MOST_BROKEN = 4;

    final Peers peers;
    final PeerAddress address;

    @Nullable
    UUID ref;

    /** Whether it is known whether somebody is there that has to be reckoned with. */
    boolean tried;

    boolean up;

    /** What view it has, if it knows who else is up; else 0. */
    long established;

    /** Whether it is to be greeted, though it is not up: its status has told its ref. */
    boolean candidate;

    /** How often it was greeted as a candidate, in vain. */
    int refusals;

    /** How often in a row a question has failed as when a connection breaks. */
    private int broken;

    /** Whether it is sure that nobody serves there. */
    boolean gone;

    boolean again;
    long downSeconds;
    long started;

    /** Whether it was another address at which it was started then: it may still be there. */
    private boolean inherited;

    long askedNanos;
    long answeredNanos;

    /** Until when it is not asked though it calls, since it is now one node and now another. */
    long benchedNanos;

    /** Since when it says, though it is up, that this node is not; 0 while it does not. */
    long deniedNanos;

    final PeerNews told;
    private final Restarts restarts = new Restarts();

    @Nullable
    Question question;

    Peer(Peers peers, PeerAddress address) {
        this.peers = peers;
        this.address = address;
        this.told = new PeerNews(peers, address);
        askedNanos = peers.time.nanos() - peers.timeout().toNanos();
        answeredNanos = askedNanos;
        benchedNanos = askedNanos;
    }

    /**
     * A question has failed as when a connection breaks. That may be, once, and it is asked again at once; a few times
     * when this node has just come; and of one that has answered before, for as long as it may take to do so again.
     */
    void broke(Failure why) {
        boolean atOnce;
        synchronized (peers.guard) {
            broken++;
            atOnce = broken <= (tried ? 1 : MOST_BROKEN);
            long now = peers.time.nanos();
            if (!atOnce
                    && (up || candidate)
                    && now - answeredNanos < peers.timeout().toNanos() / 2) {
                peers.deadlines.set(this, now + peers.periodNanos() / MOST_BROKEN);
                return;
            }
        }
        if (atOnce) {
            ask();
        } else {
            down(why);
        }
    }

    /** It is not the one that it was, or is not there. Under the lock. */
    void reset() {
        if (ref != null) {
            peers.tenure.unreached(ref);
        }
        broken = 0;
        candidate = false;
        refusals = 0;
        deniedNanos = 0;
        started = 0;
        established = 0;
    }

    boolean is(UUID one) {
        return one.equals(ref);
    }

    @Override
    void reached() {
        Question late;
        synchronized (peers.guard) {
            late = question;
        }
        if (late == null) {
            ask();
        } else {
            late.late();
        }
    }

    /** Asks who is there, or how it sees the others, unless it has been asked and not answered yet. */
    void ask() {
        Question next;
        synchronized (peers.guard) {
            if (question != null || !peers.has(this)) {
                return;
            }
            long now = peers.time.nanos();
            if (!peers.mayAsk(this)) {
                peers.deadlines.set(this, now + peers.periodNanos());
                return;
            }
            next = (up || candidate) && ref != null ? new Question.Greet(this, ref) : new Question.Probe(this);
            question = next;
            again = false;
            askedNanos = now;
            next.due(now + peers.timeout().toNanos() / (up ? 2 : 1));
        }
        try {
            next.send(peers.transport());
        } catch (RuntimeException | LinkageError e) {
            PeerNews.threw(e);
            next.fail(Peers.UNREACHED);
        }
    }

    /** Somebody has told its ref: it is up once it has been greeted, unless it is known from another address. */
    void seen(UUID there) {
        Peer former;
        List<Question> idle = new ArrayList<>();
        synchronized (peers.guard) {
            if (!peers.has(this)) {
                return;
            }
            if (!is(there)) {
                reset();
                ref = there;
            }
            answeredNanos = peers.time.nanos();
            gone = false;
            former = peers.members.movedTo(this);
            candidate = !peers.members.isUpElsewhere(there, this);
            if (former != null) {
                succeed(former, idle);
            } else if (!candidate) {
                tried = true;
                peers.deadlines.set(this, peers.time.nanos() + peers.periodNanos());
                return;
            }
        }
        if (former == null) {
            ask();
        } else {
            moved(idle);
        }
    }

    /** Is up as one that was so at another address, and is here now; what was asked before is idle. Under the lock. */
    void succeed(Peer former, List<Question> idle) {
        up = true;
        inherited = true;
        tried = true;
        candidate = false;
        downSeconds = 0;
        started = former.started;
        established = former.established;
        former.up = false;
        peers.members.dismiss(former, idle);
        peers.members.moved(former);
        if (question != null) {
            idle.add(question);
            question = null;
        }
        told.from(former.address);
    }

    private void moved(List<Question> idle) {
        idle.forEach(each -> each.call.cancel());
        told.moved(ref);
        peers.publish();
        ask();
    }

    void answered(Greeting answer, long sentNanos) {
        boolean was;
        boolean more;
        Failure fault;
        synchronized (peers.guard) {
            if (!peers.has(this)) {
                return;
            }
            fault = fault(answer);
            started = answer.started();
            established = answer.begun() == 0 ? 0 : answer.view();
            answeredNanos = peers.time.nanos();
            broken = 0;
            was = up;
            more = again;
            peers.deadlines.set(this, answeredNanos + peers.periodNanos());
        }
        if (fault != null) {
            anew(fault);
        } else if (is(peers.tenure.self())) {
            metItself(answer);
        } else if (!was) {
            candidate(answer);
        } else {
            long begun = peers.tenure.begunOf(answer.ref());
            if (peers.tenure.answered(answer, sentNanos)) {
                peers.watcher.changed();
            }
            peers.answered();
            if (more || begun != peers.tenure.begunOf(answer.ref())) {
                ask();
            }
        }
    }

    /** What is against who has answered. Under the lock. */
    private @Nullable Failure fault(Greeting answer) {
        if (!is(answer.ref())) {
            return PeerNews.ANOTHER;
        }
        if (started != 0 && started != answer.started()) {
            return inherited ? PeerNews.ANOTHER : PeerNews.RESTARTED;
        }
        inherited = false;
        if (!up || answer.since() > 0 || is(peers.tenure.self())) {
            deniedNanos = 0;
            return null;
        }
        long now = peers.time.nanos();
        deniedNanos = deniedNanos == 0 ? now | 1 : deniedNanos;
        return now - deniedNanos >= peers.timeout().toNanos() / 2 ? PeerNews.DENIED : null;
    }

    /** One that is not what it was is down; if it is another now it is asked at once, again and again ever later. */
    private void anew(Failure fault) {
        boolean another = !fault.equals(PeerNews.DENIED);
        down(fault);
        boolean asks = false;
        synchronized (peers.guard) {
            if (another && peers.has(this)) {
                long now = peers.time.nanos();
                long rest = restarts.next(now, peers.refresh().toNanos(), peers.periodNanos());
                asks = rest == 0;
                if (!asks) {
                    benchedNanos = now + rest;
                    peers.deadlines.set(this, benchedNanos);
                }
            }
        }
        if (asks) {
            ask();
        }
    }

    /** This node has greeted itself, or another one that has its ref. */
    private void metItself(Greeting answer) {
        boolean news;
        synchronized (peers.guard) {
            boolean mine = answer.started() == peers.tenure.started();
            news = !tried || up != mine;
            tried = true;
            up = mine;
            candidate = !mine;
        }
        peers.metItself(answer);
        if (news) {
            peers.publish();
        }
    }

    /** A candidate has answered: it is up if it has reached this node, too. */
    private void candidate(Greeting answer) {
        boolean taken = Peering.takes(answer);
        boolean news;
        synchronized (peers.guard) {
            if (!peers.has(this)) {
                return;
            }
            peers.tenure.reached(answer);
            up = taken;
            candidate = !taken;
            gone = false;
            refusals = taken ? 0 : refusals + 1;
            boolean patient = refusals <= MOST_REFUSALS;
            news = taken || (!patient && !tried);
            tried |= !patient || taken;
            if (taken) {
                downSeconds = 0;
            } else {
                long after = FIRST_REFUSED.toNanos() << Math.min(refusals, MOST_REFUSALS);
                peers.deadlines.set(this, answeredNanos + Math.min(after, peers.periodNanos()));
            }
        }
        if (taken) {
            told.up(answer.ref());
        } else if (refusals > MOST_REFUSALS) {
            told.down(answer.ref(), PeerNews.DENIED);
        }
        if (news) {
            peers.publish();
        }
    }

    /** What has kept this node from asking is not the peer's fault, for a while: it is asked again soon. */
    void putOff(Failure why) {
        synchronized (peers.guard) {
            if (up && peers.time.nanos() - answeredNanos < peers.timeout().toNanos()) {
                peers.deadlines.set(this, peers.time.nanos() + peers.periodNanos() / 2);
                return;
            }
        }
        down(why);
    }

    void down(Failure why) {
        boolean news;
        boolean elsewhere;
        Peer heir;
        List<Question> idle = new ArrayList<>();
        synchronized (peers.guard) {
            if (!peers.has(this)) {
                return;
            }
            news = up || !tried;
            elsewhere = ref != null && peers.members.isUpElsewhere(ref, this);
            tried = true;
            gone = why.reason() == Failure.Reason.NOBODY;
            heir = up && gone && !why.equals(PeerNews.RESTARTED) ? peers.members.movedFrom(this) : null;
            if (heir == null) {
                fall();
            } else {
                heir.succeed(this, idle);
            }
        }
        if (heir != null) {
            heir.moved(idle);
            return;
        }
        if (!elsewhere) {
            told.down(ref, why);
        }
        if (news) {
            peers.publish();
        }
    }

    /** Under the lock. */
    private void fall() {
        if (up) {
            up = false;
            downSeconds = Math.floorDiv(peers.time.epochMillis(), 1000L);
        }
        reset();
        if (question == null) {
            Duration next = downSeconds == 0 ? Peers.MOST_PERIOD : peers.refresh();
            peers.deadlines.set(this, peers.time.nanos() + next.toNanos());
        }
    }
}
