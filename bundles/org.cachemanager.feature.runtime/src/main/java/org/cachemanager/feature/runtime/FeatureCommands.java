package org.cachemanager.feature.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;
import org.cachemanager.api.feature.FeatureRuntime;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The shell commands of scope {@code feature}: Gogo finds them by their service properties and calls the method of that
 * name. Each answers with text, or with JSON for {@code --json}; what fails throws, with a message for the operator.
 */
@Component(
        service = FeatureCommands.class,
        property = {
            "osgi.command.scope=feature",
            "osgi.command.function=list",
            "osgi.command.function=info",
            "osgi.command.function=install",
            "osgi.command.function=update",
            "osgi.command.function=remove"
        })
public final class FeatureCommands {

    private static final String JSON = "--json";

    private final FeatureRuntime runtime;

    @Activate
    public FeatureCommands(@Reference FeatureRuntime runtime) {
        this.runtime = runtime;
    }

    /** Lists the features that are installed and those that can be. */
    public String list(String... words) {
        if (asksForHelp(words)) {
            return "feature:list [--json]\nLists the features that are installed, and those that can be.";
        }
        arguments(words, 0, "feature:list [--json]");
        List<FeatureInfo> features = runtime.features();
        if (json(words)) {
            return features.stream().map(FeatureCommands::brief).collect(Collectors.joining(", ", "[", "]"));
        }
        int width = features.stream()
                .mapToInt(feature -> feature.name().length())
                .max()
                .orElse(0);
        return features.stream()
                .map(feature -> (feature.installed() ? "installed  " : "available  ") + pad(feature.name(), width)
                        + "  " + feature.description())
                .collect(Collectors.joining("\n"));
    }

    /** Shows a feature: its bundles and what it configures. */
    public String info(String... words) {
        String usage = "feature:info NAME [--json]";
        if (asksForHelp(words)) {
            return usage + "\nShows the bundles of a feature and the configurations that it brings.";
        }
        String name = arguments(words, 1, usage).get(0);
        FeatureInfo feature = runtime.features().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no feature " + name + ". feature:list shows those that there are"));
        return json(words) ? full(feature) : text(feature);
    }

    /** Installs a feature. */
    public String install(String... words) throws FeatureException {
        String usage = "feature:install NAME [--json]";
        if (asksForHelp(words)) {
            return usage + "\nInstalls a feature; it stays through restarts. All is as it was when that fails.";
        }
        return done("installed", runtime.install(arguments(words, 1, usage).get(0)), words);
    }

    /** Updates a feature. */
    public String update(String... words) throws FeatureException {
        String usage = "feature:update NAME [--json]";
        if (asksForHelp(words)) {
            return usage + "\nBrings a feature to what its descriptor and the repository hold now."
                    + " All is as it was when that fails.";
        }
        return done("up to date", runtime.update(arguments(words, 1, usage).get(0)), words);
    }

    /** Removes a feature. */
    public String remove(String... words) throws FeatureException {
        String usage = "feature:remove NAME [--json]";
        if (asksForHelp(words)) {
            return usage + "\nRemoves a feature, with the bundles that no other feature needs.";
        }
        return done("removed", runtime.remove(arguments(words, 1, usage).get(0)), words);
    }

    private static String done(String what, FeatureInfo feature, String... words) {
        return json(words) ? full(feature) : feature.name() + " is " + what + ".";
    }

    private static boolean asksForHelp(String... words) {
        return List.of(words).contains("--help") || List.of(words).contains("-h");
    }

    private static boolean json(String... words) {
        return List.of(words).contains(JSON);
    }

    private static List<String> arguments(String[] words, int count, String usage) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.removeIf(JSON::equals);
        if (arguments.size() != count || arguments.stream().anyMatch(word -> word.startsWith("-"))) {
            throw new IllegalArgumentException("Usage: " + usage);
        }
        return arguments;
    }

    private static String text(FeatureInfo feature) {
        StringBuilder text = new StringBuilder(feature.name())
                .append(feature.installed() ? " (installed)" : " (available)")
                .append('\n')
                .append(feature.description())
                .append('\n')
                .append(feature.id());
        feature.bundles().forEach(bundle -> text.append("\n  bundle  ").append(bundle));
        feature.configurations().forEach(pid -> text.append("\n  configures  ").append(pid));
        return text.toString();
    }

    private static String brief(FeatureInfo feature) {
        return "{\"name\": " + quoted(feature.name()) + ", \"id\": " + quoted(feature.id()) + ", \"installed\": "
                + feature.installed() + ", \"description\": " + quoted(feature.description()) + '}';
    }

    private static String full(FeatureInfo feature) {
        String brief = brief(feature);
        return brief.substring(0, brief.length() - 1) + ", \"bundles\": " + array(feature.bundles())
                + ", \"configurations\": " + array(feature.configurations()) + '}';
    }

    private static String array(List<String> texts) {
        Function<String, String> quote = FeatureCommands::quoted;
        return texts.stream().map(quote).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').append((char) letter);
            } else if (letter < ' ') {
                quoted.append(String.format("\\u%04x", letter));
            } else {
                quoted.append((char) letter);
            }
        });
        return quoted.append('"').toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
