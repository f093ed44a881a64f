package org.cachemanager.config.yaml.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Our configurations in Configuration Admin: writes them in place, and tells what others have changed in them. */
final class PidWriter {

    /** What an implementation's own configuration is known by as written here, not by somebody else. */
    private static final String WRITTEN_HERE = "cachemanager.config.yaml";

    private final ConfigurationAdmin admin;
    private Map<String, Map<String, Object>> written = new LinkedHashMap<>();

    PidWriter(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    /** Deletes what an earlier start has left and these settings do not ask for; no settings: all but the log's. */
    void clean(@Nullable Settings settings) throws IOException {
        Collection<String> wanted =
                settings == null ? List.of() : Configurations.of(settings).keySet();
        for (String filter : List.of(
                "(service.factoryPid=" + Configurations.ENDPOINT + ')',
                "(&(" + WRITTEN_HERE + "=true)(service.pid=*))",
                "(service.pid=" + Configurations.CORE + ')',
                "(service.pid=" + Configurations.PEER + ')',
                "(service.pid=" + Configurations.HOST + ')')) {
            for (Configuration configuration : list(filter)) {
                if (!wanted.contains(configuration.getPid())) {
                    configuration.delete();
                }
            }
        }
    }

    /** Writes the log's configuration alone. */
    void writeLog(Settings settings) throws IOException {
        Map<String, Object> log = Configurations.of(settings).get(Configurations.LOG);
        if (log != null) {
            write(Configurations.LOG, log);
        }
    }

    /**
     * Writes what settings stand for, each configuration in place and only where it differs; deletes that of an
     * endpoint that is disabled now. An implementation's own that has nothing in it any more is emptied: a deleted one
     * has its component built anew.
     */
    void write(Settings settings) throws IOException {
        Map<String, Map<String, Object>> wanted = Configurations.of(settings);
        Map<String, Map<String, Object>> ordered = new LinkedHashMap<>(wanted);
        if (opens(wanted)) {
            // the last key goes when no endpoint needs it any more
            Map<String, Object> core = ordered.remove(Configurations.CORE);
            if (core != null) {
                ordered.put(Configurations.CORE, core);
            }
        }
        for (String pid : List.copyOf(written.keySet())) {
            if (!wanted.containsKey(pid)) {
                takeBack(pid);
            }
        }
        for (Map.Entry<String, Map<String, Object>> configuration : ordered.entrySet()) {
            write(configuration.getKey(), configuration.getValue());
        }
    }

    private boolean opens(Map<String, Map<String, Object>> wanted) {
        return !keys(written).isEmpty() && keys(wanted).isEmpty();
    }

    private static String keys(Map<String, Map<String, Object>> configurations) {
        return Edits.text(
                configurations.getOrDefault(Configurations.CORE, Map.of()).get("keys"));
    }

    private void takeBack(String pid) throws IOException {
        if (isImplementation(pid)) {
            write(pid, Map.of());
        } else {
            written.remove(pid);
            Configuration there = find(pid);
            if (there != null) {
                there.delete();
            }
        }
    }

    private void write(String pid, Map<String, Object> properties) throws IOException {
        written.put(pid, properties);
        int tilde = pid.indexOf('~');
        Configuration configuration = tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        Map<String, Object> all = new LinkedHashMap<>(properties);
        if (isImplementation(pid)) {
            all.put(WRITTEN_HERE, true);
        }
        configuration.updateIfDifferent(FrameworkUtil.asDictionary(all));
    }

    /** What somebody else has changed in a configuration that is written here, by the settings' names. */
    Map<String, String> edits(String pid) throws IOException {
        Configuration there = find(pid);
        Dictionary<String, Object> properties = there == null ? null : there.getProperties();
        if (properties == null) {
            return Map.of();
        }
        Map<String, Object> found = new LinkedHashMap<>(FrameworkUtil.asMap(properties));
        found.keySet().removeIf(name -> name.startsWith("service.") || name.equals(WRITTEN_HERE));
        return Edits.between(pid, written.getOrDefault(pid, Map.of()), found);
    }

    /** Deletes a configuration that nothing here asks for. */
    void delete(String pid) throws IOException {
        Configuration there = find(pid);
        if (there != null) {
            there.delete();
        }
    }

    boolean writes(String pid) {
        return written.containsKey(pid);
    }

    private @Nullable Configuration find(String pid) throws IOException {
        List<Configuration> found = list("(service.pid=" + pid + ')');
        return found.isEmpty() ? null : found.get(0);
    }

    private List<Configuration> list(String filter) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? List.of() : new ArrayList<>(List.of(found));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(filter, e);
        }
    }

    private static boolean isImplementation(String pid) {
        return pid.startsWith(Configurations.STORAGE)
                || pid.startsWith(Configurations.EVICTION)
                || pid.startsWith(Configurations.REGISTRY);
    }
}
