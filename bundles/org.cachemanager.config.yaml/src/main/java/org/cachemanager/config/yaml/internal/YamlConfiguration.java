package org.cachemanager.config.yaml.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads cachemanager.yaml and the environment when the node starts and writes what they say to Configuration Admin.
 * Configurations of ours that they do not ask for, left from an earlier start, are deleted, first of all the endpoints;
 * settings that can't be used leave none but the log's, so that nothing serves and the faults are where the log is
 * read.
 */
@Component(
        service = {},
        immediate = true)
public final class YamlConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.config");

    /** What an implementation's own configuration is known by as written here, not by somebody else. */
    private static final String WRITTEN_HERE = "cachemanager.config.yaml";

    private final ConfigurationAdmin admin;

    /**
     * Reads and writes the settings; blocks on the file.
     *
     * @param admin takes the configurations
     * @param context tells where the file is
     * @throws IOException when Configuration Admin can't keep a configuration
     */
    @Activate
    public YamlConfiguration(@Reference ConfigurationAdmin admin, BundleContext context) throws IOException {
        this(admin, file(context), System.getenv());
    }

    YamlConfiguration(ConfigurationAdmin admin, @Nullable Path file, Map<String, String> environment)
            throws IOException {
        this.admin = admin;
        LoadResult result =
                Settings.load(file, environment, Runtime.getRuntime().maxMemory());
        Settings settings = result.settings();
        Map<String, Map<String, Object>> wanted = settings == null ? Map.of() : Configurations.of(settings);
        deleteAllBut(wanted.keySet());
        for (Map.Entry<String, Map<String, Object>> configuration : wanted.entrySet()) {
            write(configuration.getKey(), configuration.getValue());
        }
        result.warnings().forEach(LOG::warn);
        result.faults().forEach(LOG::error);
        if (settings == null) {
            LOG.error("This node is not configured: correct the settings above and start it again.");
        } else {
            LOG.info("Settings read from {}.", file == null ? "the environment and defaults" : file);
        }
    }

    /** The file that is named, which must be there, or the one of the base directory, if it is. */
    private static @Nullable Path file(BundleContext context) {
        String named = context.getProperty("cachemanager.config");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String base = context.getProperty("cachemanager.base");
        Path file = base == null || base.isEmpty() ? null : Path.of(base, "cachemanager.yaml");
        return file != null && Files.exists(file) ? file : null;
    }

    private void write(String pid, Map<String, Object> properties) throws IOException {
        int tilde = pid.indexOf('~');
        Configuration configuration = tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        Map<String, Object> written = new LinkedHashMap<>(properties);
        if (isImplementation(pid)) {
            written.put(WRITTEN_HERE, true);
        }
        configuration.updateIfDifferent(FrameworkUtil.asDictionary(written));
    }

    private void deleteAllBut(Collection<String> wanted) throws IOException {
        for (String filter : List.of(
                "(service.factoryPid=" + Configurations.ENDPOINT + ')',
                "(&(" + WRITTEN_HERE + "=true)(service.pid=*))",
                "(service.pid=" + Configurations.CORE + ')',
                "(service.pid=" + Configurations.HOST + ')')) {
            for (Configuration configuration : list(filter)) {
                if (!wanted.contains(configuration.getPid())) {
                    configuration.delete();
                }
            }
        }
    }

    private Configuration[] list(String filter) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? new Configuration[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(filter, e);
        }
    }

    private static boolean isImplementation(String pid) {
        return pid.startsWith(Configurations.STORAGE) || pid.startsWith(Configurations.EVICTION);
    }
}
