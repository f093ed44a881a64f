package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.cachemanager.cli.replay.Replay;
import org.cachemanager.cli.replay.ReplayOptions;
import org.cachemanager.cli.replay.ReplayReport;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** A recorded day of a product page, replayed by 32 clients with a connection a call. */
public class ReplayIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void replay_ofTheWebTrace_failsNoCall_andMakesNoItemTwice() throws Exception {
        Path trace = Path.of(Objects.requireNonNull(ReplayIT.class.getResource("/traces/web07.int32.gz"))
                .toURI());
        try (NodeProcess node = new NodeProcess(folder.getRoot().toPath().resolve("base"), Map.of())) {
            ReplayOptions options = ReplayOptions.of(node.address(), () -> "replay");
            ReplayReport report = new Replay(options, new StringBuilder(), false).run(trace);
            System.getLogger("replay").log(Level.INFO, "web07 against one node:\n" + report);

            assertThat(report.requests()).isEqualTo(76_118);
            assertThat(report.failed()).as(report.toString()).isZero();
            assertThat(report.wrong()).as(report.toString()).isZero();
            assertThat(report.madeTwice()).as(report.toString()).isZero();
            assertThat(report.made()).as(report.toString()).isEqualTo(20_484);
            assertThat(report.isClean()).as(report.toString()).isTrue();
        }
    }
}
