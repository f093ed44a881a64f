package org.cachemanager.config.yaml.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.SettingRefusedException;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Origin;
import org.cachemanager.config.yaml.SettingValue;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * The settings in force. A change, whoever makes it, is a load of everything anew: of the files as they are, or as they
 * were last found good, with the environment and what was set at run time in front. It is taken over whole or not at
 * all.
 *
 * <p>Its lock is held while Configuration Admin is written, which then tells its listeners: they may not wait for it.
 */
final class LiveSettings implements SettingsAdmin {

    /** How often the files are looked at before a write that failed is tried again: some five seconds. */
    static final int RETRY_POLLS = 20;

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.config");
    private static final Marker NOTICE = MarkerFactory.getMarker("NOTICE");

    private final Node node;
    private final @Nullable Path path;
    private final boolean required;

    /** Of what is in force; until there is anything, of the last attempt. */
    private Inputs inputs;

    private @Nullable LoadResult inForce;

    /** Whether Configuration Admin could not keep what was last to be taken over; it is tried again then. */
    private boolean unwritten;

    private int pollsToRetry;

    /** What was last tried. */
    private FileContents seen;

    /** What was found once and is tried if it is found again: a file may be half written. */
    private @Nullable FileContents found;

    private boolean writing;

    /**
     * The configuration file.
     *
     * @param path where it is
     * @param required whether it must be there
     */
    record Source(Path path, boolean required) {}

    /** What stands against settings that are without a fault in themselves. */
    @FunctionalInterface
    interface Checks {

        /**
         * Makes ready what the settings need.
         *
         * @param before what was in force before; {@code null}: nothing is known to be ready
         * @return why they can't be used, one line a fault
         */
        List<String> faults(Settings next, @Nullable Settings before);
    }

    /**
     * What settings are handed to.
     *
     * @param writer has them written
     * @param checks is asked before that
     * @param later runs what must wait until Configuration Admin has told everybody of a change
     */
    record Node(PidWriter writer, Checks checks, Executor later) {}

    LiveSettings(@Nullable Source source, Inputs inputs, Node node) {
        this.node = node;
        this.path = source == null ? null : source.path().toAbsolutePath().normalize();
        this.required = source != null && source.required();
        this.inputs = inputs;
        this.seen = inputs.contents();
    }

    /** Takes over what is there, or nothing but what the log is told when it can't be used. */
    synchronized void start() throws IOException {
        Inputs first = inputs.with(file(seen), seen);
        LoadResult result = Settings.load(first);
        Settings settings = result.settings();
        writing = true;
        try {
            node.writer().clean(settings);
            if (settings != null) {
                node.writer().writeLog(settings);
            }
            LoggerFactory.getLogger("cachemanager").info(NOTICE, "Launching Cache Manager daemon.");
            if (settings != null) {
                node.writer().write(settings);
            }
        } finally {
            writing = false;
        }
        inputs = first;
        result.warnings().forEach(LOG::warn);
        result.faults().forEach(LOG::error);
        if (settings == null) {
            LOG.error(
                    "This node is not configured: correct the settings above; a corrected file is taken over at once.");
        } else {
            inForce = result;
            LOG.info("Settings read from {}.", first.file() == null ? "the environment and defaults" : first.file());
        }
    }

    private @Nullable Path file(FileContents contents) {
        return path == null || required || contents.exists(path) ? path : null;
    }

    /** Looks at the files; a change is taken over when it was there the last time already. */
    synchronized void poll() {
        FileContents now = seen.again();
        if (now.sameIn(seen)) {
            found = null;
            if (unwritten && --pollsToRetry <= 0) {
                reload(seen);
            }
        } else if (found == null || !now.sameIn(found)) {
            found = now;
        } else {
            found = null;
            seen = now;
            reload(now);
        }
    }

    private void reload(FileContents contents) {
        LoadResult old = inForce;
        if (old != null && inputs.file() != null && path != null) {
            if (!contents.exists(path)) {
                LOG.warn("{} is gone: this node goes on as it was; put the file back before the next start.", path);
                return;
            }
            if (contents.isBlank(path)) {
                LOG.error("{} is empty: this node goes on as it was.", path);
                return;
            }
        }
        Inputs alone = inputs.with(file(contents), contents).with(Map.of());
        LoadResult result = Settings.load(alone);
        Inputs next = alone;
        if (result.faults().isEmpty() && old != null) {
            Map<String, String> runTime = new LinkedHashMap<>(inputs.runTime());
            LoadResult read = result;
            runTime.keySet().removeIf(name -> read.texts().differ(old.texts(), name));
            next = alone.with(runTime);
            result = load(next);
        }
        if (result.faults().isEmpty()) {
            LOG.info("Settings read again from {}.", next.file());
            takeOver(next, result);
        } else {
            result.faults().forEach(LOG::error);
            LOG.error("The changed settings can't be used: this node goes on as it was.");
        }
    }

    private LoadResult load(Inputs next) {
        LoadResult result = Settings.load(next);
        if (result.settings() == null) {
            return result;
        }
        List<String> faults = node.checks().faults(result.settings(), inForce == null ? null : inForce.settings());
        return faults.isEmpty()
                ? result
                : new LoadResult(null, faults, result.warnings(), result.unused(), result.texts());
    }

    /** Makes ready what is in force already: for when what could do that was not there at the start. */
    synchronized void arrange() {
        if (inForce != null && inForce.settings() != null) {
            node.checks().faults(inForce.settings(), null).forEach(LOG::error);
        }
    }

    /** Writes settings without a fault to Configuration Admin and says what is new. */
    private boolean takeOver(Inputs next, LoadResult result) {
        Settings settings = Objects.requireNonNull(result.settings());
        LoadResult old = inForce;
        unwritten = !write(settings);
        if (unwritten) {
            pollsToRetry = RETRY_POLLS;
            return false;
        }
        Map<String, String> used = new LinkedHashMap<>(next.runTime());
        used.keySet().removeAll(result.unused().keySet());
        inputs = next.with(used);
        inForce = result;
        result.warnings().stream()
                .filter(warning -> old == null || !old.warnings().contains(warning))
                .forEach(LOG::warn);
        if (old != null && old.settings() != null) {
            sayWhatChanged(old.settings().values(), settings.values());
        }
        return true;
    }

    private boolean write(Settings settings) {
        writing = true;
        try {
            node.writer().write(settings);
            return true;
        } catch (IOException e) {
            LOG.error("Configuration Admin can't keep the settings, some of which may not be in force.", e);
            return false;
        } finally {
            writing = false;
        }
    }

    private static void sayWhatChanged(Map<String, SettingValue> before, Map<String, SettingValue> after) {
        Set<String> names = new LinkedHashSet<>(after.keySet());
        names.addAll(before.keySet());
        for (String name : names) {
            SettingValue old = before.getOrDefault(name, NOT_SET);
            SettingValue now = after.getOrDefault(name, NOT_SET);
            if (!Objects.equals(old.text(), now.text())) {
                LOG.info(NOTICE, "{} is {} now (was {}; {}).", name, shown(now), shown(old), now.origin());
            }
        }
    }

    private static final SettingValue NOT_SET = new SettingValue(null, new Origin(Origin.Source.DEFAULT, "default", 0));

    private static String shown(SettingValue value) {
        return value.text() == null ? "not set" : value.text().isEmpty() ? "empty" : value.text();
    }

    /** Takes over, or puts back, what somebody has changed in a configuration; its listeners call this at once. */
    synchronized void edited(String pid, @Nullable String factoryPid, boolean deleted) {
        LoadResult now = inForce;
        if (writing || now == null || now.settings() == null || !isOurs(pid, factoryPid, now.settings())) {
            return;
        }
        Map<String, String> edits = new LinkedHashMap<>();
        boolean endpoint = pid.equals(Configurations.HTTP) || pid.equals(Configurations.HTTPS);
        try {
            if (Configurations.ENDPOINT.equals(factoryPid) && !endpoint) {
                forbid(pid, deleted);
                return;
            }
            String enabled = pid.equals(Configurations.HTTP) ? "http_server.enabled" : "https_server.enabled";
            if (!deleted) {
                edits.putAll(node.writer().edits(pid));
            }
            if (endpoint && node.writer().writes(pid) == deleted) {
                edits.put(enabled, String.valueOf(!deleted));
            }
        } catch (IOException e) {
            LOG.error("The configuration {} can't be read.", pid, e);
            return;
        }
        change(pid, edits, now.settings());
        if (deleted) {
            node.later().execute(this::putBack);
        } else {
            putBack();
        }
    }

    private static boolean isOurs(String pid, @Nullable String factoryPid, Settings settings) {
        return Configurations.ENDPOINT.equals(factoryPid)
                || List.of(
                                Configurations.LOG,
                                Configurations.HOST,
                                Configurations.CORE,
                                Configurations.PEER,
                                Configurations.STORAGE + settings.storage().name(),
                                Configurations.EVICTION + settings.eviction().name())
                        .contains(pid);
    }

    private void forbid(String pid, boolean deleted) throws IOException {
        if (!deleted) {
            LOG.warn("{} is taken out: the endpoints are http_server and https_server.", pid);
            node.writer().delete(pid);
        }
    }

    private void change(String pid, Map<String, String> edits, Settings settings) {
        for (String name : List.copyOf(edits.keySet())) {
            SettingValue value = settings.values().get(name);
            if (value != null && value.origin().source() == Origin.Source.ENVIRONMENT) {
                LOG.warn("{} stays as it is: it is set by {}, which wins.", name, value.origin());
                edits.remove(name);
            }
        }
        if (edits.isEmpty()) {
            return;
        }
        Map<String, String> runTime = new LinkedHashMap<>(inputs.runTime());
        runTime.putAll(edits);
        Inputs next = inputs.with(runTime);
        LoadResult result = load(next);
        result.faults().forEach(LOG::error);
        if (result.faults().isEmpty()) {
            takeOver(next, result);
        } else {
            LOG.error("The changed configuration {} can't be used: it is put back.", pid);
        }
    }

    private synchronized void putBack() {
        if (inForce != null && inForce.settings() != null) {
            write(inForce.settings());
        }
    }

    @Override
    public synchronized List<Setting> settings() {
        Settings settings = inForce == null ? null : inForce.settings();
        return settings == null
                ? List.of()
                : settings.values().entrySet().stream()
                        .map(entry -> setting(entry.getKey(), entry.getValue()))
                        .toList();
    }

    private static Setting setting(String name, SettingValue value) {
        Origin origin = value.origin();
        return new Setting(
                name, value.text(), Setting.Source.valueOf(origin.source().name()), origin.where());
    }

    @Override
    public synchronized Setting set(String name, String value) throws SettingRefusedException {
        SettingValue now = values().get(name);
        if (now != null && now.origin().source() == Origin.Source.ENVIRONMENT) {
            throw refused(name + ": is set by " + now.origin() + ", which wins");
        }
        Map<String, String> runTime = new LinkedHashMap<>(inputs.runTime());
        runTime.put(name, value);
        return change(name, runTime);
    }

    @Override
    public synchronized Setting reset(String name) throws SettingRefusedException {
        if (!inputs.runTime().containsKey(name)) {
            SettingValue now = values().get(name);
            throw refused(name + ": "
                    + (now == null ? "is not a setting" : "was not set at run time; it is from " + now.origin()));
        }
        Map<String, String> runTime = new LinkedHashMap<>(inputs.runTime());
        runTime.remove(name);
        return change(name, runTime);
    }

    private Setting change(String name, Map<String, String> runTime) throws SettingRefusedException {
        Inputs next = inputs.with(runTime);
        LoadResult result = load(next);
        String unknown = result.unused().get(name);
        if (unknown != null) {
            throw refused(name + ": " + unknown);
        }
        if (!result.faults().isEmpty()) {
            throw new SettingRefusedException(result.faults());
        }
        if (!takeOver(next, result)) {
            throw refused("Configuration Admin can't keep the settings; the log says why.");
        }
        return setting(name, values().getOrDefault(name, NOT_SET));
    }

    private Map<String, SettingValue> values() throws SettingRefusedException {
        if (inForce == null || inForce.settings() == null) {
            throw refused("The settings can't be used as they are; the log says why.");
        }
        return inForce.settings().values();
    }

    private static SettingRefusedException refused(String line) {
        return new SettingRefusedException(List.of(line));
    }
}
