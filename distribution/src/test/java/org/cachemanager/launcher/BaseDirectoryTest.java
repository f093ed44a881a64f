package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The directory of a node has one holder. */
public final class BaseDirectoryTest {

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    @Test
    public void take_makesTheDirectoryAndLeavesThePid() throws Exception {
        Path directory = temporary.getRoot().toPath().resolve("new/one with blanks");

        try (BaseDirectory base = BaseDirectory.take(directory)) {
            assertThat(directory.resolve("cachemanager.pid"))
                    .hasContent(String.valueOf(ProcessHandle.current().pid()));
            assertThat(directory.resolve("cachemanager.ready")).doesNotExist();
            base.ready("http://127.0.0.1:1");
            assertThat(directory.resolve("cachemanager.ready")).hasContent("http://127.0.0.1:1");
        }

        assertThat(directory.resolve("cachemanager.pid")).doesNotExist();
        assertThat(directory.resolve("cachemanager.ready")).doesNotExist();
    }

    @Test
    public void take_ofOneThatIsHeld_isRefusedAndLeavesTheHolderAlone() throws Exception {
        Path directory = temporary.getRoot().toPath();

        try (BaseDirectory holder = BaseDirectory.take(directory)) {
            assertThatThrownBy(() -> BaseDirectory.take(directory))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("Another node runs on " + directory)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(holder.osgiCache()).isEqualTo(directory.resolve("osgi-cache"));
            assertThat(directory.resolve("cachemanager.pid")).exists();
        }
    }

    @Test
    public void take_afterACrash_forgetsWhatTheDeadLeft() throws Exception {
        Path directory = temporary.getRoot().toPath();
        Files.writeString(directory.resolve("cachemanager.ready"), "http://127.0.0.1:1\n");

        BaseDirectory.take(directory).close();

        assertThat(directory.resolve("cachemanager.ready")).doesNotExist();
    }

    @Test
    public void take_ofWhatIsNoDirectory_saysWhatToDo() throws Exception {
        Path file = temporary.newFile().toPath();

        assertThatThrownBy(() -> BaseDirectory.take(file))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--base");
    }
}
