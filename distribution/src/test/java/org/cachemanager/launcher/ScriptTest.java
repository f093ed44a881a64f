package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What {@code bin/cachemanager} makes of what is typed: with a Java that only says how it was called. */
public final class ScriptTest {

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private Path home;
    private Path work;
    private Script script;

    @Before
    public void makeHomeWithBlanksInItsName() throws IOException {
        Path root = temporary.getRoot().toPath().toRealPath();
        home = root.resolve("a home");
        work = Files.createDirectories(root.resolve("a working directory"));
        Script.copy(Path.of("src/main/dist/bin"), Files.createDirectories(home).resolve("bin"));
        Files.writeString(home.resolve("VERSION"), "1.2.3\n");
        script = new Script(work, "sh", home + "/bin/cachemanager").with("JAVA_HOME", java("17.0.1"));
    }

    @Test
    public void version_needsNoJava() throws Exception {
        assertThat(script.with("JAVA_HOME", "/nowhere").run("version"))
                .isEqualTo(new Script.Outcome(0, "Cache Manager 1.2.3\n"));
    }

    @Test
    public void run_startsTheLauncher_withHomeBaseAndConfiguration() throws Exception {
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve("etc/cachemanager.yaml"), "max_cache_size: 64 MB # small\n");

        assertThat(words("run"))
                .contains("-cp", home + "/lib/*", "org.cachemanager.launcher.Main", "-Xmx176m")
                .contains("-Dcachemanager.home=" + home)
                .contains("-Dcachemanager.base=" + home + "/data")
                .contains("-Dcachemanager.config=" + home + "/etc/cachemanager.yaml");
    }

    @Test
    public void options_mayStandBeforeAndAfterTheCommand_andAreRelativeToTheWorkingDirectory() throws Exception {
        for (List<String> line : List.of(
                List.of("--base", "my base", "run", "--config=my.yaml"),
                List.of("run", "--config", "my.yaml", "--base", "my base"))) {
            assertThat(words(line.toArray(new String[0])))
                    .contains("-Dcachemanager.base=" + work + "/my base", "-Dcachemanager.config=" + work + "/my.yaml");
        }
    }

    @Test
    public void configurationInTheBase_isPreferredToTheShippedOne() throws Exception {
        Files.createDirectories(home.resolve("etc"));
        Files.writeString(home.resolve("etc/cachemanager.yaml"), "");
        Files.createDirectories(work.resolve("base"));
        Files.writeString(work.resolve("base/cachemanager.yaml"), "");

        assertThat(words("run", "--base", "base"))
                .contains("-Dcachemanager.config=" + work + "/base/cachemanager.yaml");
    }

    @Test
    public void heap_followsMaxCacheSize_unlessTheOperatorSaysOtherwise() throws Exception {
        assertThat(words("run")).contains("-Xmx1376m");
        assertThat(words(script.with("CACHEMANAGER_MAX_CACHE_SIZE", "104857600"), "run"))
                .contains("-Xmx221m");
        assertThat(words(script.with("CACHEMANAGER_MAX_CACHE_SIZE", "0B"), "run"))
                .noneMatch(word -> word.startsWith("-Xmx"));
        assertThat(words(script.with("CACHEMANAGER_JAVA_OPTS", "-Xmx3g -Dx=y"), "run"))
                .contains("-Xmx3g", "-Dx=y")
                .filteredOn(word -> word.startsWith("-Xmx"))
                .hasSize(1);
    }

    @Test
    public void newerJava_isKeptFromWarningOfTheFramework() throws Exception {
        assertThat(words(script.with("JAVA_HOME", java("25")), "run"))
                .contains("--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    public void otherCommands_goToTheCommandLine_withTheirWordsAsTheyAre() throws Exception {
        assertThat(words("exec", "cache:status --json", "--base", "b"))
                .containsSubsequence(
                        "-Dcachemanager.base=" + work + "/b",
                        "org.cachemanager.cli.Main",
                        "exec",
                        "cache:status --json");
        assertThat(words("set", "a key", "--", "--base"))
                .containsSubsequence("org.cachemanager.cli.Main", "set", "a key", "--", "--base");
        assertThat(words("--namespace", "run", "get", "k"))
                .containsSubsequence("org.cachemanager.cli.Main", "--namespace", "run", "get", "k");
        assertThat(words()).contains("org.cachemanager.cli.Main");
        assertThat(words("start", "--help")).containsSubsequence("org.cachemanager.cli.Main", "start", "--help");
    }

    @Test
    public void symbolicLinks_leadToTheHome() throws Exception {
        Files.createSymbolicLink(work.resolve("first"), Path.of("../a home/bin/cachemanager"));
        Files.createSymbolicLink(work.resolve("second"), work.resolve("first"));

        assertThat(new Script(work, "sh", "second").run("version").text()).isEqualTo("Cache Manager 1.2.3\n");
        assertThat(new Script(work, work + "/first").run("version").text()).isEqualTo("Cache Manager 1.2.3\n");
    }

    @Test
    public void wrongUsage_isTwo() throws Exception {
        assertThat(script.run("run", "fast")).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(2);
            assertThat(outcome.text()).contains("cachemanager run", "You typed: run fast");
        });
        assertThat(script.run("status", "--base").status()).isEqualTo(2);
    }

    @Test
    public void status_whenNothingRuns_isThree() throws Exception {
        assertThat(script.run("status", "--base", "nobody")).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(3);
            assertThat(outcome.text()).contains("No node runs on " + work + "/nobody", "cachemanager start");
        });
    }

    @Test
    public void stop_whenThePidIsAnothersByNow_leavesItAlone() throws Exception {
        Path base = Files.createDirectories(work.resolve("base"));
        Files.writeString(
                base.resolve("cachemanager.pid"), ProcessHandle.current().pid() + "\n");

        assertThat(script.run("stop", "--base", "base").text()).startsWith("No node runs on");
        assertThat(base.resolve("cachemanager.pid")).doesNotExist();
    }

    @Test
    public void withoutJava_saysWhatToInstall() throws Exception {
        assertThat(script.with("JAVA_HOME", "/nowhere").run("run")).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.text()).contains("JAVA_HOME is /nowhere");
        });
        assertThat(script.with("JAVA_HOME", java("11.0.2")).run("run")).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.text()).contains("is Java 11; 17 or newer is needed");
        });
        assertThat(script.with("JAVA_HOME", java("1.8.0_402")).run("run").text())
                .contains("is Java 8;");
    }

    @Test
    public void start_ofWhatEndsAtOnce_printsWhatItSaid() throws Exception {
        Path failing = Path.of(java("17"));
        Files.writeString(failing.resolve("bin/java"), "#!/bin/sh\necho 'x.yaml:1: a fault' >&2\nexit 78\n");

        assertThat(script.with("JAVA_HOME", failing.toString()).run("start")).satisfies(outcome -> {
            assertThat(outcome.status()).isEqualTo(78);
            assertThat(outcome.text()).isEqualTo("The node did not start:\nx.yaml:1: a fault\n");
        });
    }

    private List<String> words(String... line) throws Exception {
        return words(script, line);
    }

    private static List<String> words(Script script, String... line) throws Exception {
        Script.Outcome outcome = script.run(line);
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text().lines().toList();
    }

    /** Makes a Java that prints the words it was called with. */
    private String java(String version) throws IOException {
        Path java = temporary.newFolder().toPath();
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        Path program = java.resolve("bin/java");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return java.toString();
    }
}
