package org.cachemanager.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class NodeIdentityTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path base() {
        return folder.getRoot().toPath().resolve("new/a base");
    }

    @Test
    public void ref_staysTheSameThroughARestart() throws IOException {
        UUID ref = new NodeIdentity(base()).ref();

        assertThat(new NodeIdentity(base()).ref()).isEqualTo(ref);
        assertThat(base().resolve("ref")).content().isEqualToIgnoringNewLines(ref.toString());
        try (Stream<Path> files = Files.list(base())) {
            assertThat(files).containsExactly(base().resolve("ref"));
        }
    }

    @Test
    public void ref_differsBetweenNodes() {
        Path root = folder.getRoot().toPath();

        assertThat(new NodeIdentity(root.resolve("a")).ref()).isNotEqualTo(new NodeIdentity(root.resolve("b")).ref());
    }

    @Test
    public void ref_writtenByHand_isTaken() throws IOException {
        Files.createDirectories(base());
        for (String end : new String[] {"", "\n", "\r\n", "  \n"}) {
            Files.writeString(base().resolve("ref"), "1D20DE92-12bd-4067-8563-8d63e83429cc" + end);

            assertThat(new NodeIdentity(base()).ref()).hasToString("1d20de92-12bd-4067-8563-8d63e83429cc");
        }
    }

    @Test
    public void ref_thatIsSpoilt_isRefusedAndKept() throws IOException {
        Files.createDirectories(base());
        Path file = base().resolve("ref");
        for (String text : new String[] {
            "", "not a ref", "1-1-1-1-1", "1d20de92-12bd-4067-8563-8d63e83429c", "\0", "x".repeat(100_000)
        }) {
            Files.writeString(file, text);

            assertThatThrownBy(() -> new NodeIdentity(base()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("holds no ref");
            assertThat(Files.readString(file)).isEqualTo(text);
        }
    }

    @Test
    public void ref_baseThatCanNotBe_isRefused() throws IOException {
        Files.createDirectories(base().getParent());
        Files.writeString(base(), "not a directory");

        assertThatThrownBy(() -> new NodeIdentity(base()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(base().toString());
    }
}
