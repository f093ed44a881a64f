package org.cachemanager.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cachemanager.cli.FakeNode;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ReplayTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final StringBuilder out = new StringBuilder();
    private FakeNode node;
    private Path trace;

    @Before
    public void start() throws IOException {
        node = new FakeNode();
        trace = folder.newFile("trace.txt").toPath();
        Files.writeString(
                trace, IntStream.range(0, 600).mapToObj(i -> "key" + i % 50).collect(Collectors.joining("\n")));
    }

    @After
    public void stop() {
        node.close();
    }

    private ReplayReport replay(Duration wait) throws Exception {
        ReplayOptions options =
                ReplayOptions.of(node.address(), () -> "ns").withClients(8).withTimes(wait, Duration.ofMinutes(5));
        return new Replay(options, out, false).run(trace);
    }

    @Test
    public void run_nodeThatKeepsThePromise_isClean() throws Exception {
        ReplayReport report = replay(Duration.ofSeconds(10));
        assertThat(report.isClean()).as(report.toString()).isTrue();
        assertThat(report.requests()).isEqualTo(600);
        assertThat(report.made()).isEqualTo(50);
        assertThat(report.found()).isEqualTo(550);
        assertThat(report.calls()).isEqualTo(650);
        assertThat(report.maxMillis())
                .isGreaterThanOrEqualTo(report.medianMillis())
                .isPositive();
        assertThat(report.toString()).contains("hit ratio       91.67 %");
    }

    @Test
    public void run_limit_takesTheBeginning() throws Exception {
        ReplayOptions options = ReplayOptions.of(node.address(), () -> "ns").withLimit(40);
        ReplayReport report = new Replay(options, out, false).run(trace);
        assertThat(report.requests()).isEqualTo(40);
        assertThat(report.made()).isEqualTo(40);
    }

    @Test
    public void run_lockGivenToEverybody_countsKeysMadeTwice() throws Exception {
        node.giveEveryLock();
        ReplayReport report = replay(Duration.ofSeconds(10));
        assertThat(report.madeTwice()).isEqualTo(550);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    public void run_dataOfAnotherKey_countsItAsWrong() throws Exception {
        node.mixUp();
        assertThat(replay(Duration.ofSeconds(10)).wrong()).isEqualTo(550);
    }

    @Test
    public void run_refusedCalls_areCountedAndShown() throws Exception {
        node.refuse("key7");
        ReplayReport report = replay(Duration.ofSeconds(10));
        assertThat(report.failed()).isEqualTo(12);
        assertThat(report.toString()).contains("413").contains("Refused for a test.");
    }

    @Test
    public void run_noWait_countsWhatWasNeitherDataNorLock() throws Exception {
        ReplayReport report = replay(Duration.ZERO);
        assertThat(report.inVain()).isEqualTo(600);
        assertThat(report.isClean()).isFalse();
    }

    @Test
    public void run_nobodyListens_everyCallFails() throws Exception {
        node.close();
        assertThat(replay(Duration.ofSeconds(1)).failed()).isEqualTo(600);
    }

    @Test
    public void run_traceThatIsCutOff_throws() throws Exception {
        trace = folder.newFile("cut.int32").toPath();
        Files.write(trace, new byte[] {0, 0, 0, 1, 0, 0});
        assertThatThrownBy(() -> replay(Duration.ofSeconds(1))).hasMessageContaining("cut off");
    }

    @Test
    public void progress_lineForEachTenth_barOnATerminal() throws Exception {
        Progress lines = new Progress(out, false);
        lines.tick(0.05, 10, 0);
        lines.tick(0.25, 1000, 2);
        lines.tick(0.29, 1100, 2);
        assertThat(out.toString().lines()).hasSize(1);
        assertThat(out.toString()).contains("25 %").contains("1,000 requests").contains("2 failed");
        out.setLength(0);
        new Progress(out, true).tick(0.5, 10, 0);
        assertThat(out.toString()).startsWith("\r[####################....................]");
    }

    @Test
    public void latencies_percentiles_areWithinAThirtySecond() {
        Latencies latencies = new Latencies();
        for (int micros = 1; micros <= 10_000; micros++) {
            latencies.record(micros * 1000L);
        }
        assertThat(latencies.millis(0.5)).isBetween(5.0, 5.2);
        assertThat(latencies.millis(0.99)).isBetween(9.9, 10.3);
        assertThat(new Latencies().millis(0.5)).isZero();
        latencies.record(Long.MAX_VALUE);
        assertThat(latencies.millis(1)).isGreaterThan(3_600_000);
    }

    @Test
    public void madeKeys_lockOfAKeyThatLives_isWrong() {
        MadeKeys keys = new MadeKeys();
        assertThat(keys.begin("a")).isTrue();
        assertThat(keys.begin("a")).as("another caller is making it").isFalse();
        keys.made("a", System.nanoTime(), Duration.ofHours(1));
        assertThat(keys.begin("a")).as("it lives").isFalse();
        keys.made("a", System.nanoTime() - Duration.ofHours(2).toNanos(), Duration.ofHours(1));
        assertThat(keys.begin("a")).as("it has expired").isTrue();
        keys.givenUp("a");
        assertThat(keys.begin("a")).isTrue();
    }
}
