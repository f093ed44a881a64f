package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cachemanager.testkit.node.Home;

/** The ways by which the bundle of a plug-in comes to a running node, is replaced there, and goes. */
interface PluginHome {

    /** Brings the bundle in a version. */
    void bring(Plugin plugin, String version) throws IOException;

    /** Replaces the bundle by another version. */
    void replace(Plugin plugin, String version) throws IOException;

    /** Takes the bundle away. */
    void take(Plugin plugin) throws IOException;

    /** An implementation of a seam, the name of which is that of its bundle as well. */
    record Plugin(String seam, String name) {

        String bundle() {
            return "org.cachemanager." + seam + '.' + name;
        }

        String feature() {
            return seam + '-' + name;
        }

        void write(String version, Path target) throws IOException {
            Restamped.write(Home.ofTest().jar(bundle()), version, target);
        }
    }

    /** {@code feature:install}, {@code feature:update}, {@code feature:remove}, with a descriptor for each version. */
    record Features(Door door, Path base) implements PluginHome {

        private void publish(Plugin plugin, String version) throws IOException {
            Path artifact = base.resolve("repository/org/cachemanager").resolve(plugin.bundle());
            plugin.write(version, artifact.resolve(version + '/' + plugin.bundle() + '-' + version + ".jar"));
            Path features = Files.createDirectories(base.resolve("features"));
            Files.writeString(features.resolve(plugin.feature() + ".json"), descriptor(plugin, version), UTF_8);
        }

        private static String descriptor(Plugin plugin, String version) {
            String group = "org.cachemanager:";
            return "{\"feature-resource-version\": \"1.0\", \"id\": \"" + group + plugin.feature() + ':' + version
                    + "\", \"bundles\": [{\"id\": \"" + group + plugin.bundle() + ':' + version
                    + "\", \"bundleStartLevel\": 4}]}";
        }

        @Override
        public void bring(Plugin plugin, String version) throws IOException {
            publish(plugin, version);
            door.exec("feature:install " + plugin.feature());
        }

        @Override
        public void replace(Plugin plugin, String version) throws IOException {
            publish(plugin, version);
            door.exec("feature:update " + plugin.feature());
        }

        @Override
        public void take(Plugin plugin) throws IOException {
            door.exec("feature:remove " + plugin.feature());
        }
    }

    /** Gogo's {@code install} and {@code start}, {@code update}, {@code uninstall}. */
    record Gogo(Door door, Path base) implements PluginHome {

        private String url(Plugin plugin, String version) throws IOException {
            Path jar = base.resolve("single").resolve(plugin.bundle() + ".jar");
            plugin.write(version, jar);
            return jar.toUri().toString();
        }

        @Override
        public void bring(Plugin plugin, String version) throws IOException {
            String url = url(plugin, version);
            door.exec("felix:install " + url);
            door.exec("felix:start " + url);
        }

        @Override
        public void replace(Plugin plugin, String version) throws IOException {
            url(plugin, version);
            door.exec("felix:update " + door.number(plugin.bundle()));
        }

        @Override
        public void take(Plugin plugin) throws IOException {
            door.exec("felix:uninstall " + door.number(plugin.bundle()));
        }
    }

    /** A jar in {@code deploy/} that comes, is replaced, and is deleted. */
    record Deploy(Path base) implements PluginHome {

        private Path jar(Plugin plugin) {
            return base.resolve("deploy").resolve(plugin.bundle() + ".jar");
        }

        @Override
        public void bring(Plugin plugin, String version) throws IOException {
            plugin.write(version, jar(plugin));
        }

        @Override
        public void replace(Plugin plugin, String version) throws IOException {
            bring(plugin, version);
        }

        @Override
        public void take(Plugin plugin) throws IOException {
            Files.delete(jar(plugin));
        }
    }
}
