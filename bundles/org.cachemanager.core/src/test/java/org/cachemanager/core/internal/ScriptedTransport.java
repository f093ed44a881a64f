package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;
import org.jspecify.annotations.Nullable;

/** A transport that keeps what it is asked; the other node agrees with greetings, unless the test says otherwise. */
final class ScriptedTransport implements PeerTransport {
    final List<Reply<UUID>> probes = new ArrayList<>();
    final List<PeerAddress> probed = new ArrayList<>();
    final List<GetReply> gets = new ArrayList<>();
    final List<Reply<?>> changes = new ArrayList<>();
    final List<PeerCall> calls = new ArrayList<>();
    final List<Duration> waits = new ArrayList<>();
    final List<Duration> claims = new ArrayList<>();
    private final TestNode node;
    int cancelled;
    int greets;
    boolean broken;
    boolean breaksDown;
    int breaks;
    boolean silent;

    /** How many greetings it answers. */
    int answers = Integer.MAX_VALUE;

    UUID answering = PeersTest.OTHER;

    /** Who else answers, by the address. */
    final Map<PeerAddress, UUID> others = new HashMap<>();

    long since = 1;
    long started = 1;
    long begun = 1;

    @Nullable
    Failure refusal;

    /** Why claims are refused. */
    @Nullable
    Failure claimRefusal;

    boolean claimsUnanswered;

    /** Where nobody listens. */
    @Nullable
    PeerAddress deserted;

    private long clock = 1;

    ScriptedTransport(TestNode node) {
        this.node = node;
    }

    /** The other node is listed, is found, and is up. */
    void comes() {
        node.core.peers.use(this);
        node.core.peers.members(Set.of(PeersTest.THERE), () -> true);
        answerLast();
    }

    /** The other node says who it is, where it was asked last. */
    void answerLast() {
        probes.get(probes.size() - 1).completed(PeersTest.OTHER);
    }

    private Call taken() {
        if (broken) {
            throw new IllegalStateException("a transport's fault");
        }
        return () -> {
            cancelled++;
            return true;
        };
    }

    @Override
    public Call probe(PeerAddress peer, Reply<UUID> reply) {
        probes.add(reply);
        probed.add(peer);
        return taken();
    }

    @Override
    public Call get(PeerCall call, Duration maxWait, GetReply reply) {
        calls.add(call);
        gets.add(reply);
        waits.add(maxWait);
        if (breaksDown) {
            throw new OutOfMemoryError("a test's");
        }
        return taken();
    }

    @Override
    public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
        calls.add(call);
        changes.add(reply);
        return taken();
    }

    @Override
    public Call delete(PeerCall call, Reply<Boolean> reply) {
        calls.add(call);
        changes.add(reply);
        return taken();
    }

    /** The other node agrees, and tells so itself. */
    @Override
    public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
        greets++;
        Call taken = taken();
        Failure why = call.peer().equals(deserted) ? new Failure(Failure.Reason.NOBODY, "Nobody is there.") : refusal;
        if (breaks > 0) {
            breaks--;
            why = TestCluster.BROKEN;
        }
        if (why != null) {
            reply.failed(why);
        } else if (!silent && answers-- > 0) {
            UUID who = others.getOrDefault(call.peer(), answering);
            reply.completed(answer(who, greeting));
            UUID caller = who.equals(answering) ? PeersTest.OTHER : who;
            node.core.peerService().greeted(caller, answer(who, greeting));
        }
        return taken;
    }

    private Greeting answer(UUID who, Greeting greeting) {
        return new Greeting(who, greeting.view(), 1, clock++, greeting.begun(), since, started, begun);
    }

    @Override
    public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
        claims.add(lease);
        Failure why = claimRefusal;
        if (why != null) {
            reply.failed(why);
        } else if (!claimsUnanswered) {
            reply.completed(true);
        }
        return taken();
    }

    @Override
    public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
        throw new AssertionError("not wanted");
    }
}
