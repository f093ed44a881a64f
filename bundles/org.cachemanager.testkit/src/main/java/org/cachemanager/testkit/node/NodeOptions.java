package org.cachemanager.testkit.node;

import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/**
 * A node as options of Pax Exam, in words: {@code options(node(1), storageHeap(), evictionLru(), junitBundles())}.
 *
 * <p>The bundles come from the distribution that {@link Home#ofTest()} finds, so that nothing is downloaded and what is
 * tested is what is shipped. The node runs in the test's own JVM; an {@code exam.properties} on the class path must say
 * {@code pax.exam.logging = none}, since the node brings a logging of its own.
 *
 * <p>What is named here is installed. Of several policies or engines the one serves that the settings name, else the
 * one with the highest ranking.
 */
public final class NodeOptions {

    private NodeOptions() {}

    /**
     * A node that serves on a port of its own on loopback: logging, settings, core and HTTP endpoint, in a new base
     * directory.
     *
     * @param number tells nodes of one test apart, in the name of the base directory
     * @param settings lines of {@code cachemanager.yaml}, such as {@code "eviction: lru"}
     */
    public static Option node(int number, String... settings) {
        try {
            Path base = Files.createTempDirectory("node" + number + "-");
            Files.writeString(base.resolve("cachemanager.yaml"), yaml(settings));
            return composite(
                    frameworkProperty("cachemanager.base").value(base.toString()),
                    frameworkProperty("org.osgi.framework.startlevel.beginning").value("10"),
                    feature("logging"),
                    feature("base"),
                    feature("endpoint-http"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String yaml(String... settings) {
        List<String> lines = List.of(settings);
        boolean placed = lines.stream().anyMatch(line -> line.startsWith("http_server:"));
        return (placed ? "" : "http_server:\n  port: 0\n") + String.join("\n", lines) + "\n";
    }

    /** The bundles of a feature, by its name, at the start levels that it gives them. */
    public static Option feature(String name) {
        try {
            return composite(Home.ofTest().bundles(name).stream()
                    .map(bundle -> CoreOptions.bundle(bundle.url()).startLevel(bundle.startLevel()))
                    .toArray(Option[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bundle of one's own, by its jar, at the start level of plug-ins. */
    public static Option plugin(Path jar) {
        return CoreOptions.bundle(jar.toUri().toString()).startLevel(4);
    }

    /** Evicts what was not read since the last look. */
    public static Option evictionClock() {
        return feature("eviction-clock");
    }

    /** Evicts what was set first. */
    public static Option evictionFifo() {
        return feature("eviction-fifo");
    }

    /** Evicts what is large and seldom read. */
    public static Option evictionGdsf() {
        return feature("eviction-gdsf");
    }

    /** Evicts what was used longest ago. */
    public static Option evictionLru() {
        return feature("eviction-lru");
    }

    /** The default policy. */
    public static Option evictionS3fifo() {
        return feature("eviction-s3fifo");
    }

    /** Evicts what was asked for less often than what is to come in. */
    public static Option evictionTinylfu() {
        return feature("eviction-tinylfu");
    }

    /** Keeps the bytes of items in the Java heap. */
    public static Option storageHeap() {
        return feature("storage-heap");
    }

    /** Keeps the bytes of items outside the Java heap. */
    public static Option storageOffheap() {
        return feature("storage-offheap");
    }

    /** Namespace tokens of the default format; serves where the settings have keys. */
    public static Option encryptionAes() {
        return feature("encryption-aes");
    }

    /** Namespace tokens of AES-GCM; serves where the settings have keys and name it. */
    public static Option encryptionAesgcm() {
        return feature("encryption-aesgcm");
    }
}
