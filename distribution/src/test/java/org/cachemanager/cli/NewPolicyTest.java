package org.cachemanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The command new-policy; that what it makes can be built and used is an integration test's to show. */
public class NewPolicyTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Properties properties = new Properties();

    @Before
    public void home() throws IOException {
        Path template = folder.newFolder("a home").toPath().resolve("sdk/policy");
        write(template.resolve("pom.xml"), "<url>{{sdk}}</url> {{home}} {{package}}");
        write(
                template.resolve("src/main/java/Eviction.java"),
                "package {{package}}; class {{Name}}Eviction // {{name}}");
        properties.setProperty(
                "cachemanager.home", folder.getRoot().toPath().resolve("a home").toString());
        properties.setProperty("cachemanager.base", folder.newFolder("base").getPath());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private int run(String... typed) {
        said.reset();
        PrintStream stream = new PrintStream(said, true, UTF_8);
        Console console = new Console(new ByteArrayInputStream(new byte[0]), stream, stream, false);
        return new Main(console, properties, Map.of()).run(typed);
    }

    private String target() {
        return folder.getRoot().toPath().resolve("target").toString();
    }

    @Test
    public void newPolicy_writesTheTemplate_withItsNames() throws IOException {
        assertThat(run("new-policy", "mru", target(), "--package", "com.example.mru"))
                .isZero();
        Path home = folder.getRoot().toPath().resolve("a home");
        assertThat(Path.of(target(), "pom.xml"))
                .hasContent("<url>" + home.resolve("sdk").toUri() + "</url> " + home + " com.example.mru");
        assertThat(Path.of(target(), "src/main/java/com/example/mru/MruEviction.java"))
                .hasContent("package com.example.mru; class MruEviction // mru");
        assertThat(said.toString(UTF_8)).contains("cd " + target(), "mvn verify");
    }

    @Test
    public void newPolicy_withoutPackage_isLocal() {
        assertThat(run("new-policy", "mru", target())).isZero();
        assertThat(Path.of(target(), "src/main/java/local/eviction/mru/MruEviction.java"))
                .exists();
    }

    @Test
    public void newPolicy_refusesNames_thatAreNone() {
        for (String name : new String[] {"Mru", "my-policy", "1st", "builtin", "class", "../up"}) {
            assertThat(run("new-policy", name, target())).as(name).isEqualTo(ExitException.USAGE);
            assertThat(said.toString(UTF_8)).contains("NAME is a word", name);
        }
        for (String name : new String[] {"com.example.", "a-b", "org.cachemanager.mine", "com.class.x"}) {
            assertThat(run("new-policy", "mru", target(), "--package", name))
                    .as(name)
                    .isEqualTo(ExitException.USAGE);
            assertThat(said.toString(UTF_8)).contains("--package", name);
        }
        assertThat(Path.of(target())).doesNotExist();
    }

    @Test
    public void newPolicy_refusesADirectoryThatIsNotEmpty() throws IOException {
        write(Path.of(target(), "mine.txt"), "precious");
        assertThat(run("new-policy", "mru", target())).isEqualTo(ExitException.FAILED);
        assertThat(said.toString(UTF_8)).contains("is not empty");
        assertThat(Path.of(target(), "mine.txt")).hasContent("precious");
    }
}
