package org.cachemanager.config.yaml.internal;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A Configuration Admin in memory that tells what was done to it: {@code write PID}, {@code delete PID}. */
final class FakeConfigurationAdmin implements InvocationHandler {

    final Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
    final List<String> done = new ArrayList<>();

    /** Whether the disk is full. */
    boolean full;

    /** Told of each change, and whether it was a deletion. */
    BiConsumer<String, Boolean> told = (pid, deleted) -> {};

    ConfigurationAdmin service() {
        return proxy(ConfigurationAdmin.class, this);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        return switch (method.getName()) {
            case "getConfiguration" -> configuration((String) given[0]);
            case "getFactoryConfiguration" -> configuration(given[0] + "~" + given[1]);
            case "listConfigurations" -> list((String) given[0]);
            default -> throw new UnsupportedOperationException(method.toString());
        };
    }

    private Configuration[] list(String filter) throws Exception {
        List<Configuration> found = new ArrayList<>();
        for (Map.Entry<String, Map<String, Object>> entry : configurations.entrySet()) {
            Map<String, Object> properties = new LinkedHashMap<>(entry.getValue());
            properties.put("service.pid", entry.getKey());
            if (entry.getKey().contains("~")) {
                properties.put(
                        "service.factoryPid",
                        entry.getKey().substring(0, entry.getKey().indexOf('~')));
            }
            if (FrameworkUtil.createFilter(filter).matches(properties)) {
                found.add(configuration(entry.getKey()));
            }
        }
        return found.toArray(new Configuration[0]);
    }

    private Configuration configuration(String pid) {
        return proxy(Configuration.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getPid" -> pid;
            case "getProperties" -> FrameworkUtil.asDictionary(configurations.getOrDefault(pid, Map.of()));
            case "updateIfDifferent" -> {
                if (full) {
                    throw new IOException("No space left on device");
                }
                yield write(pid, (Dictionary<?, ?>) arguments[0]);
            }
            case "delete" -> {
                delete(pid);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private boolean write(String pid, Dictionary<?, ?> dictionary) {
        Map<String, Object> properties = new LinkedHashMap<>();
        Enumeration<?> names = dictionary.keys();
        for (Object name : Collections.list(names)) {
            properties.put((String) name, dictionary.get(name));
        }
        return write(pid, properties);
    }

    void delete(String pid) {
        configurations.remove(pid);
        done.add("delete " + pid);
        told.accept(pid, true);
    }

    boolean write(String pid, Map<String, Object> properties) {
        if (Edits.between(pid, configurations.getOrDefault(pid, Map.of()), properties)
                        .isEmpty()
                && configurations.containsKey(pid)
                && configurations.get(pid).keySet().equals(properties.keySet())) {
            return false;
        }
        configurations.put(pid, properties);
        done.add("write " + pid);
        told.accept(pid, false);
        return true;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
