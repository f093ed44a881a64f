package org.cachemanager.config.yaml.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.feature.FeatureInfo;
import org.cachemanager.api.feature.FeatureRuntime;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class ImplementationsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final List<String> installed = new ArrayList<>();
    private final List<Implementation> there = new ArrayList<>();
    private final Implementations implementations = new Implementations((pid, property, value) -> null);

    private void start() throws IOException {
        FeatureInfo lru = new FeatureInfo("eviction-lru", "id", "", false, List.of(), List.of());
        implementations.features.set(answering(FeatureRuntime.class, arguments -> {
            if (arguments.length == 0) {
                return List.of(lru);
            }
            installed.add(String.valueOf(arguments[0]));
            return lru;
        }));
        implementations.cache.set(answering(CacheAdmin.class, arguments -> there));
        Path file = folder.newFile().toPath();
        Files.writeString(file, "eviction: lru\n");
        Inputs inputs = new Inputs(null, new FileContents(), Map.of(), Map.of(), 4L << 30);
        LiveSettings live = new LiveSettings(
                new LiveSettings.Source(file, true),
                inputs,
                new LiveSettings.Node(
                        new PidWriter(new FakeConfigurationAdmin().service()), implementations, Runnable::run));
        live.start();
        live.arrange();
    }

    /** What a method answers. */
    private interface Answer {
        Object to(Object... arguments);
    }

    private static <T> T answering(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(arguments == null ? new Object[0] : arguments)));
    }

    @Test
    public void named_butNotThere_isInstalledOutOfItsFeature() throws IOException {
        start();
        assertThat(installed).containsExactly("eviction-lru");
    }

    @Test
    public void named_andThereOutOfABundleOfSomebodyElse_isLeftAlone() throws IOException {
        there.add(new Implementation(Seam.EVICTION, "lru", "deployed.lru 1.0.7", 50, false, false, ""));
        start();
        assertThat(installed).isEmpty();
    }
}
