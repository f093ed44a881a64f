package org.cachemanager.itests;

import static org.cachemanager.testkit.node.NodeOptions.evictionLru;
import static org.cachemanager.testkit.node.NodeOptions.evictionS3fifo;
import static org.cachemanager.testkit.node.NodeOptions.node;
import static org.cachemanager.testkit.node.NodeOptions.storageHeap;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.inject.Inject;
import org.cachemanager.api.Cache;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.SettingsAdmin;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerMethod;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Configurations that are changed as the Felix Web Console changes them, with Felix' own Configuration Admin and SCR.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerMethod.class)
public class ConsoleEditsIT {

    private static final String CORE = "org.cachemanager.core";

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    @Inject
    private SettingsAdmin settings;

    @Inject
    private Cache cache;

    @Inject
    private CacheAdmin cacheAdmin;

    @Configuration
    public Option[] assembled() {
        return options(
                node(1, "max_cache_size: 32MB", "eviction: s3fifo"),
                storageHeap(),
                evictionS3fifo(),
                evictionLru(),
                junitBundles());
    }

    private void edit(String property, Object value) throws IOException {
        org.osgi.service.cm.Configuration configuration = admin.getConfiguration(CORE, "?");
        Dictionary<String, Object> properties = configuration.getProperties();
        properties.put(property, value);
        configuration.update(properties);
    }

    private Object configured(String property) throws IOException {
        return admin.getConfiguration(CORE, "?").getProperties().get(property);
    }

    private Setting setting(String name) {
        return settings.settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private boolean isInForce(String eviction) {
        return cache.status().seams().stream()
                .anyMatch(seam -> seam.equals(new NodeStatus.InForce("eviction", eviction, eviction)));
    }

    /** Awaitility is not in the framework. */
    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertTrue(what, condition.getAsBoolean());
    }

    private void writeFile(String text) throws IOException {
        Path file = Path.of(context.getProperty("cachemanager.base"), "cachemanager.yaml");
        Files.writeString(file, "http_server: {port: 0}\n" + text);
    }

    @Test
    public void edit_isInForce_untilThatSettingChangesInTheFile() throws Exception {
        edit("max.cache.size", 48L << 20);
        until("the limit", () -> cache.status().maxSizeBytes() == 48L << 20);
        assertEquals(Setting.Source.RUN_TIME, setting("max_cache_size").source());
        cacheAdmin.use(Seam.EVICTION, "lru").toCompletableFuture().get(30, TimeUnit.SECONDS);
        writeFile("max_cache_size: 40MB\neviction: s3fifo\n");

        until("the file's limit", () -> cache.status().maxSizeBytes() == 40L << 20);
        assertEquals("lru", setting("eviction").value());
        writeFile("max_cache_size: 40MB\n");
        until("the default", () -> isInForce("s3fifo"));
    }

    @Test
    public void edit_thatCantBeUsed_isPutBackBeforeItReturns() throws Exception {
        Object before = configured("max.cache.size");
        edit("eviction", "No Name");
        assertEquals("s3fifo", configured("eviction"));
        edit("max.cache.size", 1L << 50);

        assertEquals(before, configured("max.cache.size"));
        assertEquals(Setting.Source.FILE, setting("max_cache_size").source());
    }
}
