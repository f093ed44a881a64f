package org.cachemanager.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.Test;

public class CommandLineTest {

    private final Properties properties = new Properties();

    private CommandLine parse(String... typed) throws ExitException {
        return CommandLine.parse(properties, typed);
    }

    @Test
    public void parse_baseAnywhere_winsOverTheScripts() throws ExitException {
        properties.setProperty("cachemanager.base", "/b");
        assertThat(parse("console").base()).isEqualTo(Path.of("/b"));
        assertThat(parse("--base", "/x y", "console").base()).isEqualTo(Path.of("/x y"));
        assertThat(parse("console", "--base=/x").base()).isEqualTo(Path.of("/x"));
        assertThat(parse("exec", "cache:status", "--base", "/x").operands()).containsExactly("cache:status");
    }

    @Test
    public void parse_execInPieces_keepsTheShellsOptions() throws ExitException {
        CommandLine line = parse("--base", "/x", "exec", "cache:use", "eviction", "lru", "--json", "--timeout", "5s");
        assertThat(line.operands()).containsExactly("cache:use", "eviction", "lru", "--json", "--timeout", "5s");
        assertThat(parse("exec", "cache:status --json").operands()).containsExactly("cache:status --json");
    }

    @Test
    public void parse_doubleDash_endsOptions() throws ExitException {
        assertThat(parse("get", "--", "--base").operands()).containsExactly("--base");
    }

    @Test
    public void parse_argumentThatIsNotUtf8_isRefused() {
        assertThatThrownBy(() -> parse("set", "k", "h\ufffdllo")).hasMessageContaining("not UTF-8");
    }

    @Test
    public void parse_nothing_isHelp() throws ExitException {
        assertThat(parse().command()).isEqualTo(Command.HELP);
    }

    @Test
    public void base_notSaid_isAsked() {
        assertThatThrownBy(() -> parse("console").base()).hasMessageContaining("--base");
    }
}
