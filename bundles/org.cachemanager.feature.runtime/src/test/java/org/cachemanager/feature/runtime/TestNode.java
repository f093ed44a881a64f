package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.cachemanager.api.feature.FeatureException;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.service.feature.FeatureService;

/** A Felix in a directory of its own, with a distribution made on the fly: bundles that are manifests, and features. */
final class TestNode {

    static final String VERSION = "1.0.0-SNAPSHOT";

    final Path home;
    final Path base;
    final Map<String, Map<String, Object>> configured = new LinkedHashMap<>();
    private @Nullable Framework framework;

    TestNode(Path directory) throws IOException {
        home = Files.createDirectories(directory.resolve("home with blanks"));
        base = Files.createDirectories(directory.resolve("base + blanks"));
        Files.createDirectories(home.resolve("features"));
    }

    /** Puts a bundle into the distribution's repository; the headers are {@code Name: value}. */
    void artifact(String name, String... headers) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        attributes.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        attributes.putValue(Constants.BUNDLE_VERSION, "1.0.0.SNAPSHOT");
        for (String header : headers) {
            int colon = header.indexOf(": ");
            attributes.putValue(header.substring(0, colon), header.substring(colon + 2));
        }
        Path jar = new Coordinates("test", name, "jar", "", VERSION).in(home.resolve("repository"));
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest)) {
            zip.finish();
        }
    }

    /** Writes a descriptor; a bundle is {@code name@startLevel}. */
    void feature(String name, String... bundles) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String bundle : bundles) {
            String[] words = bundle.split("@", -1);
            entries.add("{\"id\": \"test:" + words[0] + ':' + VERSION + "\", \"bundleStartLevel\": " + words[1] + '}');
        }
        descriptor(name, "\"bundles\": [" + String.join(", ", entries) + ']');
    }

    void set(String name, String... members) throws IOException {
        String quoted = '"' + String.join("\", \"", members) + '"';
        descriptor(
                name,
                "\"extensions\": {\"" + Catalogue.MEMBERS + "\": {\"kind\": \"mandatory\", \"text\": [" + quoted
                        + "]}}");
    }

    void descriptor(String name, String content) throws IOException {
        Files.writeString(
                home.resolve("features").resolve(name + ".json"),
                "{\"feature-resource-version\": \"1.0\", \"id\": \"test:feature-" + name + ':' + VERSION
                        + "\", \"description\": \"For a test\", " + content + '}');
    }

    Places places() {
        Map<String, String> properties = Map.of(Places.HOME, home.toString(), Places.BASE, base.toString());
        return Places.of(properties::get, base);
    }

    FeatureInstaller installer() {
        return new FeatureInstaller(places(), TestNode::reader);
    }

    Boot boot(String set) throws FeatureException {
        return Boot.prepare(places(), TestNode::reader, base.resolve("osgi-cache"), set);
    }

    /** As the launcher starts a node. */
    Boot start(String set) throws FeatureException, BundleException {
        Boot boot = boot(set);
        init(boot.fresh());
        if (boot.fresh()) {
            boot.populate(framework().getBundleContext());
        }
        framework().start();
        return boot;
    }

    void start() throws BundleException {
        init(true);
        framework().start();
    }

    private void init(boolean fresh) throws BundleException {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, base.resolve("osgi-cache").toString());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "10");
        if (fresh) {
            properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        }
        framework = new FrameworkFactory().newFramework(properties);
        framework().init();
    }

    private Framework framework() {
        return Objects.requireNonNull(framework);
    }

    BundleContext context() {
        return framework().getBundleContext();
    }

    Features features() throws FeatureException {
        return new Features(context(), installer(), new MapConfigurations());
    }

    Optional<Bundle> bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    /** The symbolic names of the bundles that are active, less the framework's. */
    List<String> active() {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> bundle.getBundleId() > 0 && bundle.getState() == Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .toList();
    }

    void stop() throws BundleException, InterruptedException {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(10_000);
        }
    }

    static FeatureService reader() {
        return ServiceLoader.load(FeatureService.class).findFirst().orElseThrow();
    }

    /** Configuration Admin, as far as features are concerned. */
    private final class MapConfigurations implements Configurations {

        @Override
        public Optional<Map<String, Object>> get(String pid) {
            return Optional.ofNullable(configured.get(pid));
        }

        @Override
        public void put(String pid, Map<String, Object> properties) {
            configured.put(pid, properties);
        }

        @Override
        public void delete(String pid) {
            configured.remove(pid);
        }
    }
}
