package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The configurations in Configuration Admin, bound to no bundle. */
final class AdminConfigurations implements Configurations {

    private static final String ANY_BUNDLE = "?";

    private final ConfigurationAdmin admin;

    AdminConfigurations(ConfigurationAdmin admin) {
        this.admin = admin;
    }

    @Override
    public Optional<Map<String, Object>> get(String pid) throws IOException {
        return find(pid).map(configuration -> {
            Map<String, Object> properties = new HashMap<>();
            var known = configuration.getProperties();
            if (known != null) {
                known.keys().asIterator().forEachRemaining(key -> properties.put(key, known.get(key)));
            }
            return properties;
        });
    }

    @Override
    public void put(String pid, Map<String, Object> properties) throws IOException {
        int tilde = pid.indexOf('~');
        Configuration configuration = tilde < 0
                ? admin.getConfiguration(pid, ANY_BUNDLE)
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), ANY_BUNDLE);
        configuration.updateIfDifferent(FrameworkUtil.asDictionary(properties));
    }

    @Override
    public void delete(String pid) throws IOException {
        Optional<Configuration> found = find(pid);
        if (found.isPresent()) {
            found.get().delete();
        }
    }

    private Optional<Configuration> find(String pid) throws IOException {
        try {
            Configuration[] found = admin.listConfigurations('(' + Constants.SERVICE_PID + '=' + pid + ')');
            return found == null ? Optional.empty() : Optional.of(found[0]);
        } catch (InvalidSyntaxException e) {
            throw new IOException(pid + " is not a PID", e);
        }
    }
}
