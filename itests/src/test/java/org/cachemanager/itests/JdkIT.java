package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which JDK these tests and their nodes run on: the tests run again on a second one, if there is one. */
public class JdkIT {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void testsAndNodes_runOnTheJdkThatIsMeant() throws Exception {
        Path meant = Path.of(System.getProperty("jdk")).toRealPath();
        assertThat(Path.of(System.getProperty("java.home")).toRealPath()).isEqualTo(meant);

        try (NodeProcess node = new NodeProcess(folder.getRoot().toPath().resolve("base"), Map.of())) {
            String java = ProcessHandle.of(node.pid())
                    .flatMap(process -> process.info().command())
                    .orElseThrow();
            assertThat(Path.of(java).toRealPath()).isEqualTo(meant.resolve("bin/java"));
        }
    }
}
