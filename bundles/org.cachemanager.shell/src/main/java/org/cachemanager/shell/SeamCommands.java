package org.cachemanager.shell;

import static org.cachemanager.shell.StatusCommands.fields;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.CacheAdmin.Operation;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;

/** The commands on seams: which implementations there are, and putting one in force. */
final class SeamCommands {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final Node node;

    SeamCommands(Node node) {
        this.node = node;
    }

    String list(Arguments arguments) throws CommandFailedException {
        List<Implementation> there = new ArrayList<>(node.admin().implementations());
        there.sort(Comparator.comparing(Implementation::seam)
                .thenComparing(Comparator.comparingInt(Implementation::ranking).reversed())
                .thenComparing(Implementation::name));
        if (arguments.wantsJson()) {
            List<Map<String, Object>> all = new ArrayList<>();
            there.forEach(i -> all.add(json(i)));
            for (Seam seam : Seam.values()) {
                notInstalled(seam, there)
                        .forEach(n -> all.add(fields("seam", seam.label(), "name", n, "installed", false)));
            }
            return JsonText.of(all);
        }
        Table table = new Table("SEAM", "NAME", "STATE", "RANKING", "BUNDLE", "NOTE");
        for (Seam seam : Seam.values()) {
            there.stream()
                    .filter(i -> i.seam() == seam)
                    .forEach(i -> table.row(seam.label(), i.name(), state(i), ranking(i), i.bundle(), i.note()));
            notInstalled(seam, there)
                    .forEach(n ->
                            table.row(seam.label(), n, "not installed", "", "", "cache:use " + seam.label() + " " + n));
        }
        return table.toString();
    }

    private static String state(Implementation implementation) {
        return (implementation.inForce() ? "in force" : "there")
                + (implementation.configured() && !implementation.inForce() ? ", asked for" : "");
    }

    /** What is built in ranks below everything. */
    private static String ranking(Implementation implementation) {
        int ranking = implementation.ranking();
        return ranking == Integer.MIN_VALUE ? "lowest" : Integer.toString(ranking);
    }

    private static Map<String, Object> json(Implementation i) {
        Map<String, Object> json = fields("seam", i.seam().label(), "name", i.name(), "installed", true);
        json.putAll(fields("in_force", i.inForce(), "configured", i.configured()));
        json.putAll(fields("ranking", i.ranking(), "bundle", i.bundle(), "note", i.note()));
        return json;
    }

    private List<String> notInstalled(Seam seam, List<Implementation> there) {
        List<String> present = namesIn(seam, there);
        return offered(seam).filter(n -> !present.contains(n)).sorted().toList();
    }

    /** The implementations that features of this distribution bring; none when there is no feature runtime. */
    private Stream<String> offered(Seam seam) {
        String prefix = seam.label() + "-";
        try {
            return node.features().features().stream()
                    .map(FeatureInfo::name)
                    .filter(n -> n.startsWith(prefix))
                    .map(n -> n.substring(prefix.length()));
        } catch (CommandFailedException e) {
            return Stream.empty();
        }
    }

    private static List<String> namesIn(Seam seam, List<Implementation> there) {
        return there.stream()
                .filter(i -> i.seam() == seam)
                .map(Implementation::name)
                .toList();
    }

    /** The names that {@code use} takes for a seam; empty when it is no seam or nothing can be asked just now. */
    List<String> namesOf(String seamName) {
        try {
            Seam seam = seam(seamName);
            return Stream.concat(namesIn(seam, node.admin().implementations()).stream(), offered(seam))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (CommandFailedException e) {
            return List.of();
        }
    }

    static List<String> seamNames() {
        return Arrays.stream(Seam.values()).map(Seam::label).toList();
    }

    private static Seam seam(String typed) throws CommandFailedException {
        for (Seam seam : Seam.values()) {
            if (seam.label().equals(typed.toLowerCase(Locale.ROOT))) {
                return seam;
            }
        }
        throw new CommandFailedException("There is no seam \"" + typed + "\"." + Nearest.question(typed, seamNames())
                + " They are: " + String.join(", ", seamNames()) + ".");
    }

    String use(Arguments arguments) throws CommandFailedException {
        Seam seam = seam(arguments.operand(0));
        String name = arguments.operand(1);
        Duration timeout = arguments.time("timeout", DEFAULT_TIMEOUT);
        CacheAdmin admin = node.admin();
        StatusCommands.require(admin, Operation.USE);
        boolean installed = install(seam, name);
        Implementation inForce = putInForce(seam, name, timeout);
        if (arguments.wantsJson()) {
            Map<String, Object> json = json(inForce);
            json.put("newly_installed", installed);
            return JsonText.of(json);
        }
        return String.format(
                "%s %s is in force%s.%n",
                seam.label(), inForce.name(), installed ? ", newly installed (" + inForce.bundle() + ")" : "");
    }

    /** Installs the feature that brings an implementation when it is not there; tells whether it had to. */
    private boolean install(Seam seam, String name) throws CommandFailedException {
        if (namesIn(seam, node.admin().implementations()).contains(name)) {
            return false;
        }
        if (offered(seam).noneMatch(name::equals)) {
            List<String> names = namesOf(seam.label());
            throw new CommandFailedException("There is no " + seam.label() + " \"" + name + "\"."
                    + Nearest.question(name, names) + " There are: " + String.join(", ", names) + ".");
        }
        try {
            node.features().install(seam.label() + "-" + name);
            return true;
        } catch (FeatureException e) {
            throw new CommandFailedException(Answer.messageOf(e) + "\nThe " + seam.label() + " in force stays.");
        }
    }

    private Implementation putInForce(Seam seam, String name, Duration timeout) throws CommandFailedException {
        try {
            return Answer.await(node.admin().use(seam, name).toCompletableFuture(), timeout);
        } catch (TimeoutException e) {
            String note = node.admin().implementations().stream()
                    .filter(i -> i.seam() == seam
                            && i.name().equals(name)
                            && !i.note().isEmpty())
                    .map(i -> " (" + i.note() + ")")
                    .findFirst()
                    .orElse("");
            throw new CommandFailedException(String.format(
                    "%s %s is not in force after %d ms%s. It was chosen and will come into force as soon as it can;"
                            + " look with cache:list, or give it longer with --timeout.",
                    seam.label(), name, timeout.toMillis(), note));
        }
    }
}
