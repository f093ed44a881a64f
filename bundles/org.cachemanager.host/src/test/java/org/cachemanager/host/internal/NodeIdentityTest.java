package org.cachemanager.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class NodeIdentityTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void ref_staysTheSameThroughARestart() {
        Path base = folder.getRoot().toPath().resolve("new/base");

        assertThat(new NodeIdentity(base).ref()).isEqualTo(new NodeIdentity(base).ref());
    }

    @Test
    public void ref_differsBetweenNodes() {
        Path root = folder.getRoot().toPath();

        assertThat(new NodeIdentity(root.resolve("a")).ref()).isNotEqualTo(new NodeIdentity(root.resolve("b")).ref());
    }

    @Test
    public void ref_thatIsSpoilt_isRefusedAndKept() throws Exception {
        Path file = folder.getRoot().toPath().resolve("ref");
        Files.writeString(file, "not a ref");

        assertThatThrownBy(() -> new NodeIdentity(folder.getRoot().toPath()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("holds no ref");
        assertThat(file).hasContent("not a ref");
    }
}
