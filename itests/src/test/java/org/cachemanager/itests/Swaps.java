package org.cachemanager.itests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.cachemanager.itests.PluginHome.Plugin;

/**
 * Swaps what is in force of a node's seams, by each of the ways there are, one after the other: each is over when it is
 * seen in force. Used by one thread.
 */
final class Swaps implements AutoCloseable {

    /** How what is in force changes. */
    enum Way {
        USE,
        FILE,
        FEATURE_INSTALL,
        FEATURE_UPDATE,
        FEATURE_REMOVE,
        INSTALL,
        START,
        STOP,
        UPDATE,
        UNINSTALL,
        DROP,
        REPLACE,
        DELETE
    }

    private static final Set<Way> STARTS = EnumSet.of(
            Way.FEATURE_INSTALL, Way.FEATURE_UPDATE, Way.INSTALL, Way.START, Way.UPDATE, Way.DROP, Way.REPLACE);

    /** What a plug-in's bundle comes, is replaced and goes by. */
    private enum Place {
        FEATURES(Way.FEATURE_INSTALL, Way.FEATURE_UPDATE, Way.FEATURE_REMOVE),
        GOGO(Way.INSTALL, Way.UPDATE, Way.UNINSTALL),
        DEPLOY(Way.DROP, Way.REPLACE, Way.DELETE);

        private final Way bring;
        private final Way replace;
        private final Way take;

        Place(Way bring, Way replace, Way take) {
            this.bring = bring;
            this.replace = replace;
            this.take = take;
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> SEAMS = List.of("storage", "eviction", "encryption");
    private static final String BUILT_IN = "builtin";
    private static final String NONE = "none";

    private final Random random;
    private final Door door;
    private final RawConnection http;
    private final SettingsFile file;
    private final Map<Place, PluginHome> homes;
    private final Map<Plugin, Place> places = new HashMap<>();
    private final Map<Way, Integer> counts = new EnumMap<>(Way.class);
    private final BiConsumer<String, String> watcher;
    private int versions;

    /** The lines of {@code cachemanager.yaml} that name what is to be in force. */
    interface SettingsFile {

        String named(String seam);

        void name(String seam, String name) throws IOException;
    }

    /** @param watcher told the seam and the name after each swap */
    Swaps(NodeProcess node, SettingsFile file, long seed, BiConsumer<String, String> watcher) throws IOException {
        this.random = new Random(seed);
        Path base = node.base();
        this.door = new Door(base);
        this.http = new RawConnection(node.address().getPort());
        this.file = file;
        this.watcher = watcher;
        this.homes = new EnumMap<>(Map.of(
                Place.FEATURES, new PluginHome.Features(door, base),
                Place.GOGO, new PluginHome.Gogo(door, base),
                Place.DEPLOY, new PluginHome.Deploy(base)));
    }

    /**
     * Puts all in force that the distribution has for the seams that are swapped: {@code cache:use} installs what is
     * not there.
     */
    void useAll() throws IOException {
        for (JsonNode each : door.json("cache:list --json")) {
            String seam = each.path("seam").asText();
            String name = each.path("name").asText();
            if (SEAMS.contains(seam) && !name.equals(BUILT_IN)) {
                places.put(new Plugin(seam, name), Place.FEATURES);
                use(seam, name);
            }
        }
    }

    int count(Way way) {
        return counts.getOrDefault(way, 0);
    }

    /** How often a bundle has started. */
    int starts() {
        return STARTS.stream().mapToInt(this::count).sum();
    }

    int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return total() + " swaps: " + counts;
    }

    /** Has a seam's implementation put in force, if it is not. */
    void use(String seam, String name) throws IOException {
        if (!inForce(seam).equals(name)) {
            swap(Way.USE, seam, name, () -> door.exec("cache:use " + seam + ' ' + name));
        }
    }

    /** Swaps once or some times, in such a manner that this way is among them. */
    void by(Way way) throws IOException {
        switch (way) {
            case USE -> useAnother(any(SEAMS));
            case FILE -> nameAnother();
            case STOP -> stopAndStart();
            case START -> stopAllAndStart(any(List.of("storage", "eviction")));
            case FEATURE_INSTALL -> move(any(List.copyOf(places.keySet())), Place.FEATURES);
            case INSTALL -> move(any(List.copyOf(places.keySet())), Place.GOGO);
            case DROP -> move(any(List.copyOf(places.keySet())), Place.DEPLOY);
            case FEATURE_REMOVE -> move(at(Place.FEATURES), any(List.of(Place.values())));
            case UNINSTALL -> move(at(Place.GOGO), any(List.of(Place.values())));
            case DELETE -> move(at(Place.DEPLOY), any(List.of(Place.values())));
            case FEATURE_UPDATE -> replace(at(Place.FEATURES));
            case UPDATE -> replace(at(Place.GOGO));
            case REPLACE -> replace(at(Place.DEPLOY));
        }
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** A plug-in that is in a place, brought there if there is none. */
    private Plugin at(Place place) throws IOException {
        List<Plugin> there = new ArrayList<>(places.keySet());
        there.removeIf(plugin -> places.get(plugin) != place);
        if (there.isEmpty()) {
            Plugin plugin = any(List.copyOf(places.keySet()));
            move(plugin, place);
            return plugin;
        }
        return any(there);
    }

    private List<String> namesBut(String seam, String... others) {
        Stream<String> builtIn = seam.equals("encryption") ? Stream.empty() : Stream.of(BUILT_IN);
        Stream<String> names = places.keySet().stream()
                .filter(plugin -> plugin.seam().equals(seam))
                .map(Plugin::name);
        return Stream.concat(builtIn, names)
                .filter(name -> !List.of(others).contains(name))
                .sorted()
                .toList();
    }

    private void useAnother(String seam) throws IOException {
        use(seam, any(namesBut(seam, inForce(seam))));
    }

    private void nameAnother() throws IOException {
        String seam = any(SEAMS);
        List<String> names = namesBut(seam, inForce(seam), file.named(seam));
        if (names.isEmpty()) {
            useAnother(seam);
            names = namesBut(seam, inForce(seam), file.named(seam));
        }
        String name = any(names);
        swap(Way.FILE, seam, name, () -> file.name(seam, name));
    }

    private void stopAndStart() throws IOException {
        Plugin plugin = any(List.copyOf(places.keySet()));
        use(plugin.seam(), plugin.name());
        String number = door.number(plugin.bundle());
        leaves(Way.STOP, plugin, () -> door.exec("felix:stop " + number));
        swap(Way.START, plugin.seam(), plugin.name(), () -> door.exec("felix:start " + number));
    }

    /** Stops them one by one, the last one of its kind included. */
    private void stopAllAndStart(String seam) throws IOException {
        use(seam, any(namesBut(seam, BUILT_IN)));
        String first = inForce(seam);
        List<String> stopped = new ArrayList<>();
        for (String name = first; !name.equals(BUILT_IN); name = inForce(seam)) {
            Plugin plugin = new Plugin(seam, name);
            String number = door.number(plugin.bundle());
            stopped.add(number);
            leaves(Way.STOP, plugin, () -> door.exec("felix:stop " + number));
        }
        swap(Way.START, seam, first, () -> door.exec("felix:start " + stopped.get(0)));
        door.exec("felix:start " + String.join(" ", stopped));
    }

    /** Has a plug-in leave one place and come to another; what is next best serves meanwhile. */
    private void move(Plugin plugin, Place to) throws IOException {
        use(plugin.seam(), plugin.name());
        Place from = Objects.requireNonNull(places.get(plugin));
        leaves(from.take, plugin, () -> home(from).take(plugin));
        comes(to.bring, plugin, version -> home(to).bring(plugin, version));
        places.put(plugin, to);
    }

    private void replace(Plugin plugin) throws IOException {
        use(plugin.seam(), plugin.name());
        Place place = Objects.requireNonNull(places.get(plugin));
        comes(place.replace, plugin, version -> home(place).replace(plugin, version));
    }

    private PluginHome home(Place place) {
        return Objects.requireNonNull(homes.get(place));
    }

    /** What an operator does. */
    private interface Action {
        void act() throws IOException;
    }

    /** How a version of a plug-in comes. */
    private interface Coming {
        void come(String version) throws IOException;
    }

    private void comes(Way way, Plugin plugin, Coming coming) throws IOException {
        String version = "1.0." + ++versions;
        String bundle = plugin.bundle() + ' ' + version;
        coming.come(version);
        seen(way, plugin.seam(), plugin.name(), () -> inForceFrom(plugin).equals(bundle));
    }

    private void leaves(Way way, Plugin plugin, Action action) throws IOException {
        action.act();
        seen(way, plugin.seam(), "not " + plugin.name(), () -> !inForce(plugin.seam())
                .equals(plugin.name()));
    }

    private void swap(Way way, String seam, String name, Action action) throws IOException {
        action.act();
        seen(way, seam, name, () -> inForce(seam).equals(name));
    }

    private void seen(Way way, String seam, String what, Callable<Boolean> inForce) throws IOException {
        await(way + ": " + seam + ' ' + what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(inForce);
        counts.merge(way, 1, Integer::sum);
        String now = inForce(seam);
        if (!now.equals(NONE)) {
            watcher.accept(seam, now);
        }
    }

    private String inForce(String seam) throws IOException {
        return NodeProcess.json(http.get("/status").body())
                .at("/seams/" + seam + "/in_force")
                .asText();
    }

    /** The bundle and version of what is in force, if it is this plug-in. */
    private String inForceFrom(Plugin plugin) throws IOException {
        for (JsonNode each : door.json("cache:list --json")) {
            if (each.path("in_force").asBoolean()
                    && each.path("seam").asText().equals(plugin.seam())
                    && each.path("name").asText().equals(plugin.name())) {
                return each.path("bundle").asText();
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        door.close();
        http.close();
    }
}
