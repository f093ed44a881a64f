package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.cachemanager.testkit.node.Home;
import org.jspecify.annotations.Nullable;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework in the JVM of the test, which shares no class with the bundles, and into which a whole node is put. */
final class EmbeddedFramework extends ExternalResource {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String[] FEATURES = {
        "logging",
        "base",
        "storage-heap",
        "storage-offheap",
        "eviction-s3fifo",
        "eviction-lru",
        "eviction-fifo",
        "eviction-clock",
        "eviction-gdsf",
        "eviction-tinylfu",
        "encryption-aes",
        "encryption-aesgcm",
        "endpoint-http",
        "peer-http",
        "registry-fixed",
        "registry-etcd",
        "shell"
    };

    private final TemporaryFolder folder;
    private final String settings;
    private @Nullable Framework framework;

    /**
     * Makes it, not started yet.
     *
     * @param folder where it keeps its files
     * @param settings the node's cachemanager.yaml
     */
    EmbeddedFramework(TemporaryFolder folder, String settings) {
        this.folder = folder;
        this.settings = settings;
    }

    @Override
    protected void before() throws Exception {
        Path file = folder.newFile("cachemanager.yaml").toPath();
        Files.writeString(file, settings, UTF_8);
        Framework made = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        folder.newFolder("framework").toString(),
                        "cachemanager.base",
                        folder.newFolder("base").toString(),
                        "cachemanager.config",
                        file.toString(),
                        "cachemanager.daemon",
                        "true",
                        "felix.bootdelegation.implicit",
                        "false"));
        made.start();
        framework = made;
    }

    private Framework framework() {
        return Objects.requireNonNull(framework);
    }

    @Override
    protected void after() {
        try {
            framework().stop();
            framework().waitForStop(PATIENCE.toMillis());
        } catch (Exception e) {
            throw new IllegalStateException("The framework does not stop", e);
        }
    }

    /** Installs and starts every bundle of the node. */
    List<Bundle> install() throws Exception {
        BundleContext context = framework().getBundleContext();
        Set<Bundle> bundles = new LinkedHashSet<>(); // several features may name a bundle
        for (Home.FeatureBundle entry : Home.ofTest().bundles(FEATURES)) {
            bundles.add(context.installBundle(entry.url()));
        }
        for (Bundle bundle : bundles) {
            bundle.start();
        }
        return List.copyOf(bundles);
    }

    /** Uninstalls these, the last one first, and has the framework forget them. */
    void uninstall(List<Bundle> bundles) throws Exception {
        List<Bundle> reversed = new ArrayList<>(bundles);
        Collections.reverse(reversed);
        for (Bundle bundle : reversed) {
            bundle.uninstall();
        }
        CountDownLatch refreshed = new CountDownLatch(1);
        framework().adapt(FrameworkWiring.class).refreshBundles(null, event -> refreshed.countDown());
        assertThat(refreshed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Waits until the node listens; gives its port. */
    int port() {
        BundleContext context = framework().getBundleContext();
        return await("the node listens")
                .atMost(PATIENCE)
                .until(
                        () -> {
                            ServiceReference<?>[] endpoints = context.getAllServiceReferences(
                                    "java.net.InetSocketAddress", "(cachemanager.endpoint.scheme=http)");
                            return endpoints == null
                                    ? 0
                                    : (Integer) endpoints[0].getProperty("cachemanager.endpoint.port");
                        },
                        port -> port > 0);
    }

    /** What the node has logged. */
    String log() throws IOException {
        return Files.readString(folder.getRoot().toPath().resolve("base/log/cachemanager.log"), UTF_8);
    }

    /** What the node's service of that name answers to a method without arguments, or with numbers. */
    Object ask(String service, String method, int... arguments) throws Exception {
        BundleContext context = framework().getBundleContext();
        ServiceReference<?> reference = context.getAllServiceReferences(service, null)[0];
        Object offered = Objects.requireNonNull(context.getService(reference));
        Class<?> type = offered.getClass().getClassLoader().loadClass(service);
        return arguments.length == 0
                ? type.getMethod(method).invoke(offered)
                : type.getMethod(method, int.class).invoke(offered, arguments[0]);
    }
}
