package org.cachemanager.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * An eviction policy as its bundle has it: the class that the jar's component descriptor names, on a class loader of
 * the jar's own, with the defaults of its configuration.
 */
public final class PolicyBundle {

    private static final String PREFIX = "org.cachemanager.eviction.";

    private final String name;
    private final Constructor<?> constructor;

    private PolicyBundle(String name, Constructor<?> constructor) {
        this.name = name;
        this.constructor = constructor;
    }

    /**
     * The policies of a node's home, by name.
     *
     * @param home the distribution's home, whose repository has the bundles
     */
    public static List<PolicyBundle> of(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("repository/org/cachemanager"))) {
            List<PolicyBundle> found = files.filter(PolicyBundle::isPolicyJar)
                    .flatMap(jar -> read(jar).stream())
                    .sorted((a, b) -> a.name.compareTo(b.name))
                    .toList();
            if (found.isEmpty()) {
                throw new IOException("There is no policy in " + home + ". Build the distribution first.");
            }
            return found;
        }
    }

    private static boolean isPolicyJar(Path file) {
        String fileName = Objects.requireNonNull(file.getFileName()).toString();
        return fileName.startsWith(PREFIX) && fileName.endsWith(".jar");
    }

    /** The name that operators call it by, such as {@code lru}. */
    public String name() {
        return name;
    }

    /** A new policy with the default configuration. */
    public EvictionPolicy newPolicy() {
        Object[] arguments = Stream.of(constructor.getParameterTypes())
                .map(PolicyBundle::defaults)
                .toArray();
        try {
            return (EvictionPolicy) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The policy " + name + " can't be made.", e);
        }
    }

    /** A configuration, given as an annotation, with its defaults. */
    private static Object defaults(Class<?> annotation) {
        return Proxy.newProxyInstance(
                annotation.getClassLoader(),
                new Class<?>[] {annotation},
                (proxy, method, arguments) -> method.getDefaultValue());
    }

    /** The policy of a bundle; empty if it offers none. */
    private static Optional<PolicyBundle> read(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = Objects.requireNonNull(jar.getManifest(), "manifest");
            for (String path :
                    manifest.getMainAttributes().getValue("Service-Component").split(",", -1)) {
                ZipEntry entry = Objects.requireNonNull(jar.getEntry(path), path);
                try (InputStream in = jar.getInputStream(entry)) {
                    Optional<PolicyBundle> policy = component(in, file);
                    if (policy.isPresent()) {
                        return policy;
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle " + file + " can't be read.", e);
        }
    }

    private static Optional<PolicyBundle> component(InputStream descriptor, Path jar) throws IOException {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(descriptor);
            NodeList properties = document.getElementsByTagName("property");
            for (int i = 0; i < properties.getLength(); i++) {
                Element property = (Element) properties.item(i);
                if (property.getAttribute("name").equals(EvictionPolicy.NAME)) {
                    Element implementation = (Element)
                            document.getElementsByTagName("implementation").item(0);
                    return Optional.of(new PolicyBundle(
                            property.getAttribute("value"), constructor(jar, implementation.getAttribute("class"))));
                }
            }
            return Optional.empty();
        } catch (ParserConfigurationException | SAXException | ClassNotFoundException e) {
            throw new IOException(e);
        }
    }

    /** The one public constructor; the class loader stays open as long as the program runs. */
    private static Constructor<?> constructor(Path jar, String className) throws IOException, ClassNotFoundException {
        URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, EvictionPolicy.class.getClassLoader());
        return loader.loadClass(className).getConstructors()[0];
    }

    @Override
    public String toString() {
        return name;
    }
}
