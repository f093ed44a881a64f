package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.testkit.ManualClock;
import org.junit.Test;

/** What is known of one peer. */
public class PeeringTest {

    private static final UUID REF = new UUID(2, 2);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Stamps stamps = new Stamps(new ManualClock(), 1);
    private final Peering up = Peering.up(5, null);

    private static Greeting word(long since, long clock, long started, long begun) {
        return new Greeting(REF, 70, 7, clock, 0, since, started, begun);
    }

    private static Greeting of(long view, long epoch) {
        return new Greeting(REF, view, epoch, 1, 0, 1, 1, 1);
    }

    @Test
    public void takes_whoIsUpThere_orReached() {
        assertThat(Peering.takes(word(1, 1, 1, 1))).isTrue();
        assertThat(Peering.takes(word(Greeting.REACHED, 1, 1, 1))).isTrue();
        assertThat(Peering.takes(word(Greeting.DOWN, 1, 1, 1))).isFalse();
        assertThat(Peering.takes(word(Greeting.UNKNOWN, 1, 1, 1))).isFalse();
    }

    @Test
    public void begun_growsForOneProcess_andIsTheNewOnesForAnother() {
        up.heard(word(1, 1, 10, 20), stamps);
        assertThat(up.begun).isEqualTo(20);
        up.heard(word(1, 1, 10, 15), stamps);
        assertThat(up.begun).isEqualTo(20);
        up.heard(word(1, 1, 10, 21), stamps);
        assertThat(up.begun).isEqualTo(21);
        up.heard(word(1, 1, 11, 2), stamps);
        assertThat(up.begun).isEqualTo(2);
    }

    @Test
    public void epoch_grows_unlessItIsFarAheadOfAllClocks() {
        up.heard(of(1, 8), stamps);
        up.heard(of(1, 7), stamps);
        assertThat(up.epoch).isEqualTo(8);
        up.heard(of(1, Long.MAX_VALUE), stamps);
        assertThat(up.epoch).isEqualTo(8);
    }

    @Test
    public void upAndDown_keepWhatTheyHaveHeardOfTheProcess() {
        up.heard(word(1, 1, 10, 20), stamps);
        Peering down = Peering.down(up, 3);
        assertThat(down.since).isEqualTo(Greeting.DOWN);
        assertThat(down.isUp()).isFalse();
        Peering again = Peering.up(9, down);
        assertThat(again.isUp()).isTrue();
        assertThat(again.epoch).isEqualTo(7);
        assertThat(again.begun).isEqualTo(20);
        again.heard(word(1, 1, 10, 19), stamps);
        assertThat(again.begun).as("of the same process").isEqualTo(20);
    }

    @Test
    public void missed_ifItIsUpThereSinceLaterThanWasKnown_orNotAtAll() {
        up.confirmed(word(3, 100, 50, 50), 1);
        assertThat(up.isMissedBy(word(100, 120, 50, 50), false)).isFalse();
        assertThat(up.isMissedBy(word(101, 120, 50, 50), false)).isTrue();
        assertThat(up.isMissedBy(word(Greeting.DOWN, 120, 50, 50), false)).isTrue();
        assertThat(up.isMissedBy(word(101, 120, 100, 100), false)).isTrue();
        assertThat(up.isMissedBy(word(101, 120, 101, 101), false))
                .as("started since")
                .isFalse();
    }

    @Test
    public void missed_whenThisNodeHasSlept_byOneThatConfirmsItForTheFirstTime() {
        assertThat(up.isMissedBy(word(3, 100, 50, 50), false)).isFalse();
        assertThat(up.isMissedBy(word(3, 100, 50, 50), true)).isTrue();
        assertThat(up.isMissedBy(word(Greeting.DOWN, 100, 50, 50), true)).isFalse();
    }

    @Test
    public void confirmation_countsFromWhenItWasAskedFor_untilItIsTakenBack() {
        assertThat(up.isConfirmedSince(0)).isFalse();
        up.confirmed(word(3, 100, 50, 50), 40);
        assertThat(up.isConfirmedSince(40)).isTrue();
        assertThat(up.isConfirmedSince(41)).isFalse();
        up.confirmed(word(Greeting.DOWN, 101, 50, 50), 60);
        assertThat(up.isConfirmedSince(40)).isFalse();
        assertThat(up.clock).isEqualTo(100);
    }

    @Test
    public void downForAnHour_isForgotten_unlessItIsReached() {
        Peering down = Peering.down(up, 10);
        assertThat(down.isForgotten(10 + HOUR)).isFalse();
        assertThat(down.isForgotten(11 + HOUR)).isTrue();
        assertThat(up.isForgotten(11 + HOUR)).isFalse();
        down.reached(word(Greeting.UNKNOWN, 1, 3, 4), stamps);
        assertThat(down.since).isEqualTo(Greeting.REACHED);
        assertThat(down.begun).isEqualTo(4);
        assertThat(down.isForgotten(11 + HOUR)).isFalse();
        down.unreached(20);
        assertThat(down.since).isEqualTo(Greeting.UNKNOWN);
        assertThat(down.isForgotten(11 + HOUR)).isFalse();
        assertThat(down.isForgotten(21 + HOUR)).isTrue();
    }

    @Test
    public void reached_changesNothingOfOneThatIsUp() {
        up.reached(word(1, 1, 3, 4), stamps);
        up.unreached(3);
        assertThat(up.since).isEqualTo(5);
        assertThat(up.begun).isZero();
    }

    @Test
    public void news_isAnotherViewOfOneThatIsUp() {
        up.reportedView = 70;
        assertThat(up.isNews(of(70, 1))).isFalse();
        assertThat(up.isNews(of(71, 1))).isTrue();
        assertThat(Peering.down(up, 1).isNews(of(71, 1))).isFalse();
    }

    @Test
    public void answeredAndReported_inOneViewAndEpoch() {
        up.answeredView = 70;
        up.answeredEpoch = 7;
        assertThat(up.hasAnswered(of(70, 7))).isTrue();
        assertThat(up.hasAnswered(of(71, 7))).isFalse();
        assertThat(up.hasAnswered(of(70, 8))).isFalse();
        up.reportedView = 70;
        up.reportedEpoch = 7;
        assertThat(up.hasReported(70)).isTrue();
        assertThat(up.hasReported(71)).isFalse();
        up.reportedEpoch = 6;
        assertThat(up.hasReported(70)).isFalse();
        up.reportedEpoch = 7;
        up.reportedView = 71;
        assertThat(up.hasReported(70)).isFalse();
        Peering fresh = Peering.up(5, null);
        assertThat(fresh.hasReported(0)).as("without an answer").isFalse();
    }
}
