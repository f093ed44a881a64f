package org.cachemanager.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.Version;
import org.cachemanager.testkit.ScriptedCache.Waiting;
import org.junit.Test;

/** What every transport to peers must do. */
public abstract class PeerTransportContract extends UnresponsivePeerContract {

    /** Where there is no peer. */
    protected abstract PeerAddress nobody() throws Exception;

    @Test
    public void probe_aPeer_tellsWhoIsThere() throws Exception {
        transport().probe(serve(peer), outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed " + peer.ref);
    }

    @Test
    public void get_missing_isAbsent() throws Exception {
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
        assertThat(asked()).isEqualTo("get n|k from " + CALLER + " for PT0S");
    }

    @Test
    public void get_thereIsOne_isFoundWithItsExpiry() throws Exception {
        peer.items.put("n|k", "d☠".getBytes(UTF_8));
        transport().get(call("k", null), Duration.ofMillis(1500), outcome);
        assertThat(outcome.await()).isEqualTo("found");
        assertThat(outcome.text()).isEqualTo("d☠");
        assertThat(outcome.item().expiryMillis()).isEqualTo(ScriptedCache.EXPIRY_MILLIS);
        outcome.item().release();
        assertThat(asked()).isEqualTo("get n|k from null for PT1.5S");
    }

    @Test
    public void get_ofAnySize_isWhole() throws Exception {
        for (int size : new int[] {0, 1, 4_000, 32_768, 65_536, 1_000_000, 10_000_000}) {
            byte[] data = new byte[size];
            Arrays.fill(data, (byte) 'x');
            peer.items.put("n|k", data);
            transport().get(call("k"), Duration.ZERO, outcome);
            assertThat(outcome.await()).isEqualTo("found");
            assertThat(outcome.item().data().toByteArray()).isEqualTo(data);
            outcome.item().release();
            assertThat(room.held).hasValue(0);
        }
    }

    @Test
    public void get_large_isInItsRoomUntilItIsReleased() throws Exception {
        peer.items.put("n|k", new byte[1_000_000]);
        Arrays.fill(peer.items.get("n|k"), (byte) 'x');
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("found");
        assertThat(room.held.get()).isBetween(1_000_000L, 1_200_000L);
        outcome.item().release();
        assertThat(room.held).hasValue(0);
    }

    @Test
    public void get_largerThanTheRoom_isRefusedAndHoldsNothing() throws Exception {
        peer.items.put("n|k", "x".repeat(1_000_000).getBytes(UTF_8));
        room.limit = 900_000;
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("failed NO_ROOM");
        assertThat(room.held).hasValue(0);
        peer.items.put("n|k", "small".getBytes(UTF_8));
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("found");
    }

    @Test
    public void get_thatWaits_isAnsweredWhenThePeerIs() throws Exception {
        transport().get(call("k"), LONG, outcome);
        Waiting first = waiting();
        assertThat(outcome.isSilent()).isTrue();
        first.locked();
        assertThat(outcome.await()).isEqualTo("locked");
        transport().get(call("k"), LONG, outcome);
        waiting().found("made".getBytes(UTF_8));
        assertThat(outcome.await()).isEqualTo("found");
        assertThat(outcome.text()).isEqualTo("made");
    }

    @Test
    public void cancel_whileItWaits_isToldToThePeer() throws Exception {
        Call call = transport().get(call("k"), LONG, outcome);
        waiting();
        assertThat(call.cancel()).isTrue();
        assertThat(peer.cancelled.poll(PATIENCE_SECONDS, SECONDS)).isNotNull();
        assertThat(call.cancel()).isFalse();
        assertThat(outcome.isSilent()).isTrue();
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
    }

    @Test
    public void cancel_answered_isTooLate() throws Exception {
        Call call = transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
        assertThat(call.cancel()).isFalse();
    }

    @Test
    public void set_anyData_arrivesWhole() throws Exception {
        for (int size : new int[] {0, 1, 40_000, 5_000_000}) {
            byte[] bytes = "x".repeat(size).getBytes(UTF_8);
            for (Data data : List.of(Data.of(bytes), new PiecesData(bytes, 10_007), new Unlent(Data.of(bytes)))) {
                transport().set(call("k"), data, 60, outcome.reply());
                assertThat(outcome.await()).isEqualTo("completed " + size);
                assertThat(asked()).isEqualTo("set n|k from " + CALLER + " for 60");
                assertThat(peer.items.remove("n|k")).isEqualTo(bytes);
            }
        }
    }

    /** A value whose pieces are copies: only to be copied part by part. */
    private record Unlent(Data data) implements Data {

        @Override
        public int length() {
            return data.length();
        }

        @Override
        public int pieces() {
            return 1;
        }

        @Override
        public ByteBuffer piece(int index) {
            throw new UnsupportedOperationException("it is to be copied part by part");
        }

        @Override
        public boolean lendsPieces() {
            return false;
        }

        @Override
        public void copyTo(int from, ByteBuffer target) {
            data.copyTo(from, target);
        }
    }

    @Test
    public void delete_tellsWhetherThereWasOne() throws Exception {
        peer.items.put("n|k", new byte[] {'d'});
        transport().delete(call("k"), outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed true");
        assertThat(asked()).isEqualTo("delete n|k from " + CALLER);
        transport().delete(call("k"), outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed false");
    }

    @Test
    public void greeting_isTakenThere_andItsAnswerHere() throws Exception {
        Greeting greeting = new Greeting(
                CALLER.ref(),
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                1,
                Long.MAX_VALUE,
                Greeting.DOWN,
                Long.MAX_VALUE - 1,
                Long.MIN_VALUE);
        transport().greet(call(""), greeting, outcome.reply());
        assertThat(outcome.await())
                .isEqualTo("completed " + new Greeting(peer.ref, Long.MIN_VALUE + 1, 2, 3, 0, Greeting.UNKNOWN, 4, 5));
        assertThat(asked()).isEqualTo("greet from " + CALLER.ref() + " with " + greeting);
    }

    @Test
    public void lock_isClaimedThere() throws Exception {
        transport().claim(call("k"), Duration.ofMillis(1500), outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed true");
        assertThat(asked()).isEqualTo("claim n|k from " + CALLER + " for PT1.5S");
        peer.items.put("n|k", new byte[0]);
        transport().claim(call("k"), LONG, outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed false");
    }

    @Test
    public void item_isGivenOver_asItWas() throws Exception {
        Version version = new Version(1_900_000_000_001L, Long.MAX_VALUE);
        transport().give(call("k"), Data.of(new byte[] {'d'}), version, outcome.reply());
        assertThat(outcome.await()).isEqualTo("completed true");
        assertThat(asked()).isEqualTo("take n|k from " + CALLER + " as " + version);
        assertThat(peer.items.get("n|k")).isEqualTo(new byte[] {'d'});
        peer.refusal = new Failure(Failure.Reason.ELSEWHERE, "No.");
        transport().give(call("k"), Data.of(new byte[] {'e'}), version, outcome.reply());
        assertThat(outcome.await()).isEqualTo("failed ELSEWHERE");
    }

    @Test
    public void refusal_ofThePeer_isPassedOn() throws Exception {
        for (Failure.Reason reason : List.of(
                Failure.Reason.TOO_LARGE,
                Failure.Reason.NO_ROOM,
                Failure.Reason.REFUSED,
                Failure.Reason.UNAVAILABLE,
                Failure.Reason.ELSEWHERE)) {
            peer.refusal = new Failure(reason, "No.");
            transport().get(call("k"), LONG, outcome);
            assertThat(outcome.await()).isEqualTo("failed " + reason);
            transport().set(call("k"), Data.of(new byte[] {'d'}), 60, outcome.reply());
            assertThat(outcome.await()).isEqualTo("failed " + reason);
            transport().delete(call("k"), outcome.reply());
            assertThat(outcome.await()).isEqualTo("failed " + reason);
        }
    }

    @Test
    public void callThatThePeerCannotCarryOut_fails_andThePeerIsThere() throws Exception {
        peer.refusal = new Failure(Failure.Reason.BAD_NAMESPACE, "No.");
        transport().get(call("k"), LONG, outcome);
        assertThat(outcome.await()).isEqualTo("failed FAILED");
    }

    @Test
    public void nobodyThere_isKnown() throws Exception {
        PeerCall call = new PeerCall(nobody(), Namespace.of(new byte[] {'n'}), Data.of(new byte[] {'k'}), room);
        transport().get(call, LONG, outcome);
        assertThat(outcome.await()).isEqualTo("failed NOBODY");
        transport().probe(call.peer(), outcome.reply());
        assertThat(outcome.await()).isEqualTo("failed NOBODY");
    }

    @Test
    public void reply_thatThrows_harmsNobody() throws Exception {
        transport().get(call("k"), Duration.ZERO, new Thrower());
        assertThat(asked()).isNotNull();
        transport().get(call("k"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
    }

    /** A reply that is broken. */
    private static final class Thrower implements GetReply {

        @Override
        public void found(Item item) {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void locked() {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void absent() {
            throw new IllegalStateException("thrown by the test");
        }

        @Override
        public void failed(Failure failure) {
            throw new IllegalStateException("thrown by the test");
        }
    }

    @Test
    public void manyAtOnce_eachHasItsOwnAnswer() {
        for (int i = 0; i < 8; i++) {
            peer.items.put("n|" + i, ("data " + i).getBytes(UTF_8));
        }
        Threads.run(8, thread -> {
            for (int i = 0; i < 200; i++) {
                Outcome mine = new Outcome();
                transport().get(call(String.valueOf(thread)), Duration.ZERO, mine);
                assertThat(mine.await()).isEqualTo("found");
                assertThat(mine.text()).isEqualTo("data " + thread);
            }
        });
    }

    @Test
    public void many_thatWait_areAllAnswered() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        List<Waiting> parked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            outcomes.add(new Outcome());
            transport().get(call("k"), LONG, outcomes.get(i));
            parked.add(waiting());
        }
        transport().get(call("other"), Duration.ZERO, outcome);
        assertThat(outcome.await()).isEqualTo("absent");
        for (int i = 0; i < 100; i++) {
            parked.get(i).found("made".getBytes(UTF_8));
            assertThat(outcomes.get(i).await()).isEqualTo("found");
        }
    }
}
