package org.cachemanager.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

public final class LogOutputTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private @Nullable Map<String, Object> configuration;
    private @Nullable LogOutput output;

    @After
    public void close() {
        if (output != null) {
            output.close();
        }
    }

    private LogOutput activate() {
        ConfigurationAdmin admin = proxy(
                ConfigurationAdmin.class,
                (self, method, arguments) -> configuration == null
                        ? null
                        : new Configuration[] {
                            proxy(Configuration.class, (one, getter, none) -> FrameworkUtil.asDictionary(configuration))
                        });
        BundleContext bundle = proxy(BundleContext.class, (self, method, arguments) -> folder.getRoot()
                .getPath());
        LogOutput activated = new LogOutput(bundle, admin);
        output = activated;
        return activated;
    }

    private static ConfigurationEvent event(String pid) {
        ServiceReference<ConfigurationAdmin> source = uncheckedReference();
        return new ConfigurationEvent(source, ConfigurationEvent.CM_UPDATED, null, pid);
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<ConfigurationAdmin> uncheckedReference() {
        return proxy(ServiceReference.class, (self, method, arguments) -> null);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private String file() throws IOException {
        Path file = folder.getRoot().toPath().resolve("log/cachemanager.log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    public void activate_withoutConfiguration_leavesTheLogAlone() throws IOException {
        activate();

        assertThat(folder.getRoot()).isEmptyDirectory();
    }

    @Test
    public void configured_logsFromItsLevelOnWithItsPrefix() throws IOException {
        configuration = Map.of("prefix", "opsview", "level", "notice");
        activate();
        LoggerFactory.getLogger("cachemanager.core").info("too little");
        LoggerFactory.getLogger("cachemanager")
                .info(MarkerFactory.getMarker("NOTICE"), "Launching Cache Manager daemon.");

        assertThat(file().replaceFirst(".*cachemanager: ", ""))
                .isEqualTo("opsview : [NOTICE] Launching Cache Manager daemon.\n");
    }

    @Test
    public void configured_later_writesWhatWasLoggedBeforeToTheFile() throws IOException {
        LogOutput activated = activate();
        LoggerFactory.getLogger("cachemanager.core").warn("early");
        configuration = Map.of("prefix", "opsview");
        activated.configurationEvent(event("org.cachemanager.log"));
        LoggerFactory.getLogger("cachemanager.core").warn("late");

        assertThat(file().lines().map(line -> line.replaceFirst(".*cachemanager: ", "")))
                .containsExactly(
                        "opsview.cachemanager.core : [WARNING] early", "opsview.cachemanager.core : [WARNING] late");
    }

    @Test
    public void changed_whileOthersLog_losesNoLine() throws Exception {
        configuration = Map.of("prefix", "opsview");
        LogOutput activated = activate();
        Thread other = new Thread(() -> {
            for (int i = 0; i < 2000; i++) {
                LoggerFactory.getLogger("cachemanager.core").info("line {}.", i);
            }
        });
        other.start();
        for (int files = 1; files < 20; files++) {
            configuration = Map.of("prefix", "opsview", "files", files);
            activated.configurationEvent(event("org.cachemanager.log"));
        }
        other.join();

        assertThat(file().lines().filter(line -> line.contains("line "))).hasSize(2000);
    }

    @Test
    public void configurationEvent_isInForceWhenItReturns() throws IOException {
        LogOutput activated = activate();
        configuration = Map.of();
        activated.configurationEvent(event("somebody.elses"));
        assertThat(file()).isEmpty();
        activated.configurationEvent(event("org.cachemanager.log"));
        activated.configurationEvent(event("org.cachemanager.log"));
        configuration = Map.of("prefix", "opsview");
        activated.configurationEvent(event("org.cachemanager.log"));
        LoggerFactory.getLogger("cachemanager.core").info("after");
        configuration = null;
        activated.configurationEvent(event("org.cachemanager.log"));
        LoggerFactory.getLogger("cachemanager.core").error("not here");

        assertThat(file().lines().map(line -> line.replaceFirst(".*cachemanager: ", "")))
                .containsExactly("opsview.cachemanager.core : [INFO] after");
    }
}
