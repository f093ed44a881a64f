package org.cachemanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class MainTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Properties properties = new Properties();
    private FakeNode node;

    @Before
    public void start() throws IOException {
        node = new FakeNode();
        properties.setProperty("cachemanager.base", folder.newFolder("base").getPath());
    }

    @After
    public void stop() {
        node.close();
    }

    private int run(String input, String... typed) {
        out.reset();
        err.reset();
        Console console = new Console(
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                false);
        return new Main(console, properties, Map.of()).run(typed);
    }

    private String out() {
        return out.toString(UTF_8);
    }

    private String err() {
        return err.toString(UTF_8);
    }

    private String config(String text) throws IOException {
        Path file = folder.newFile().toPath();
        Files.writeString(file, text);
        return file.toString();
    }

    @Test
    public void setThenGet_printsTheData() {
        assertThat(run("", "set", "k", "☠ \"x\"", "--url", node.url()))
                .as(err())
                .isZero();
        assertThat(run("", "--url=" + node.url(), "get", "k")).as(err()).isZero();
        assertThat(out()).isEqualTo("☠ \"x\"\n");
        assertThat(node.lastNamespace()).isEqualTo("default");
    }

    @Test
    public void set_dataFromStandardInput() {
        assertThat(run("two\nlines", "set", "k", "-", "--url", node.url())).isZero();
        run("", "get", "k", "--url", node.url());
        assertThat(out()).isEqualTo("two\nlines\n");
    }

    @Test
    public void get_absent_isOneAndSaysWhy() {
        assertThat(run("", "get", "k", "--url", node.url())).isEqualTo(1);
        assertThat(err()).startsWith("Not there");
        assertThat(run("", "get", "k", "--wait", "5s", "--url", node.url())).isEqualTo(1);
        assertThat(err()).contains("the lock is yours for 5 s");
    }

    @Test
    public void get_nobodyListens_isThreeAndSaysWhatToDo() {
        node.close();
        assertThat(run("", "get", "k", "--url", node.url())).isEqualTo(3);
        assertThat(err()).contains("cachemanager start");
    }

    @Test
    public void get_refused_isOneWithTheNodesReason() {
        node.refuse("k");
        assertThat(run("", "get", "k", "--url", node.url())).isEqualTo(1);
        assertThat(err()).contains("413").contains("Refused for a test.");
    }

    @Test
    public void get_keysConfigured_sendsAToken() throws IOException {
        String config = config("http_server: {encryption: {keys: [\"ecQSH8YIV9/+/HS5mcyF8Q==\"]}}\n");
        assertThat(run("", "get", "k", "--config", config, "--url", node.url()))
                .as(err())
                .isEqualTo(1);
        assertThat(node.lastNamespace()).hasSizeGreaterThan(80);
        assertThat(run("", "token", "session", "--config", config)).as(err()).isZero();
        assertThat(Base64.getDecoder().decode(out().strip())).hasSizeGreaterThanOrEqualTo(16 + 48 + 32);
    }

    @Test
    public void token_withoutKeys_saysWhatToSend() {
        assertThat(run("", "token", "session")).isEqualTo(1);
        assertThat(err()).contains("send \"session\" itself");
    }

    @Test
    public void newKey_isAKeyOf256Bits() {
        assertThat(run("", "new-key")).isZero();
        assertThat(Base64.getDecoder().decode(out().strip())).hasSize(32);
    }

    @Test
    public void checkConfig_goodFile_isZero_faultsAreListed() throws IOException {
        assertThat(run("", "check-config", config("max_cache_size: 512MB\n")))
                .as(err())
                .isZero();
        assertThat(out()).endsWith(": good.\n");
        assertThat(run("", "check-config", config("max_cache_size: 1TBB\nevicton: lru\n")))
                .isEqualTo(78);
        assertThat(err().lines()).hasSize(2);
        assertThat(err()).contains("1TBB").contains("eviction");
        assertThat(run("", "check-config", "/does/not/exist")).isEqualTo(78);
    }

    @Test
    public void replay_smallTrace_printsTheReport() throws IOException {
        String trace = folder.newFile("t.txt").getPath();
        Files.writeString(Path.of(trace), "a\nb\na\n");
        assertThat(run("", "replay", trace, "--clients", "2", "--url", node.url()))
                .as(err())
                .isZero();
        assertThat(out()).contains("requests        3").contains("made twice      0");
        assertThat(run("", "replay", trace + "x", "--url", node.url())).isEqualTo(1);
        Path cut = folder.newFile("cut.int32").toPath();
        Files.write(cut, new byte[] {0, 0, 0, 1, 0, 0});
        err.reset();
        assertThat(run("", "replay", cut.toString(), "--url", node.url())).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("can't be replayed").doesNotContain("No node answers");
    }

    @Test
    public void exec_noNode_isThreeAndSaysWhatToDo() {
        assertThat(run("", "exec", "cache:status")).isEqualTo(3);
        assertThat(err()).contains("cachemanager start").contains("--base");
        assertThat(run("", "console", "--base", folder.getRoot().getPath())).isEqualTo(3);
    }

    @Test
    public void usage_wrong_isTwoWithAHint() {
        assertThat(run("", "chek-config")).isEqualTo(2);
        assertThat(err()).contains("Did you mean \"check-config\"?");
        assertThat(run("", "get")).isEqualTo(2);
        assertThat(err()).contains("KEY is missing");
        assertThat(run("", "get", "a", "b")).isEqualTo(2);
        assertThat(run("", "get", "a", "--nmespace", "b")).isEqualTo(2);
        assertThat(err()).contains("Did you mean \"namespace\"?");
        assertThat(run("", "get", "a", "--wait", "soon", "--url", node.url())).isEqualTo(2);
        assertThat(run("", "get", "a", "--url", "ftp://x")).isEqualTo(2);
    }

    @Test
    public void help_listsEveryCommand_andEachHasItsOwn() {
        assertThat(run("", "help")).isZero();
        for (Command command : Command.values()) {
            assertThat(out()).contains(command.label());
        }
        for (String label : Command.labels()) {
            assertThat(run("", label, "--help")).as(label).isZero();
        }
        assertThat(run("", "help", "replay")).isZero();
        assertThat(out()).contains("--clients NUMBER");
    }
}
