package org.cachemanager.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;

/** The command {@code new-policy}: a Maven project for an eviction policy, out of the template of this home. */
final class NewPolicy {

    private static final String NAME = "[a-z][a-z0-9]{0,30}";
    private static final Set<String> TAKEN = Set.of("builtin", "none");

    private final Console console;
    private final Properties properties;

    NewPolicy(Console console, Properties properties) {
        this.console = console;
        this.properties = properties;
    }

    int make(CommandLine line) throws ExitException {
        List<String> operands = line.operands();
        String name = name(operands.get(0));
        String packageName = packageName(line.option("package"), name);
        Path home = Path.of(properties.getProperty("cachemanager.home"))
                .toAbsolutePath()
                .normalize();
        Path target = Path.of(operands.size() > 1 ? operands.get(1) : name + "-eviction")
                .toAbsolutePath()
                .normalize();
        String className = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        Map<String, String> values = Map.of(
                "{{name}}", name,
                "{{Name}}", className,
                "{{package}}", packageName,
                "{{home}}", home.toString(),
                "{{sdk}}", home.resolve("sdk").toUri().toString());
        try {
            refuseToOverwrite(target);
            copy(home.resolve("sdk/policy"), target, values);
        } catch (IOException e) {
            throw new ExitException(ExitException.FAILED, "The project can't be made in " + target + ": " + e);
        }
        console.say("A policy that evicts what was set first is in " + target + ".");
        console.say("");
        console.say("  cd " + target);
        console.say(
                "  mvn verify      # its contract, and a node with it; README.md says how it gets into one that runs");
        return 0;
    }

    private static String name(String typed) throws ExitException {
        if (!typed.matches(NAME) || TAKEN.contains(typed) || SourceVersion.isKeyword(typed)) {
            throw new ExitException(
                    ExitException.USAGE,
                    "NAME is a word of small letters and digits, such as mru, and no word of Java's: not \"" + typed
                            + "\".");
        }
        return typed;
    }

    private static String packageName(@Nullable String given, String name) throws ExitException {
        String chosen = given == null ? "local.eviction." + name : given;
        if (!SourceVersion.isName(chosen) || chosen.startsWith("org.cachemanager.")) {
            throw new ExitException(
                    ExitException.USAGE,
                    "--package: \"" + chosen
                            + "\" can't be the name of a Java package of yours, such as com.example.mru.");
        }
        return chosen;
    }

    private static void refuseToOverwrite(Path target) throws IOException, ExitException {
        if (!Files.exists(target)) {
            return;
        }
        try (Stream<Path> content = Files.list(target)) {
            if (content.findAny().isPresent()) {
                throw new ExitException(
                        ExitException.FAILED, target + " is not empty: name another directory behind NAME.");
            }
        }
    }

    private static void copy(Path template, Path target, Map<String, String> values) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(template)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = target.resolve(place(template.relativize(file), values));
            Files.createDirectories(copy.getParent());
            String text = Files.readString(file, UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace(value.getKey(), value.getValue());
            }
            Files.writeString(copy, text, UTF_8);
        }
    }

    /** Java files go to the directory of their package, with the policy's name in front. */
    private static String place(Path file, Map<String, String> values) {
        String path = file.toString();
        if (!path.endsWith(".java")) {
            return path;
        }
        String directory = Objects.requireNonNull(values.get("{{package}}")).replace('.', '/');
        return file.getParent() + "/" + directory + "/" + values.get("{{Name}}") + file.getFileName();
    }
}
