package org.cachemanager.core.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The core with a fault put into its source, compiled and loaded apart from the real one, with the simulation beside
 * it: so that the product needs no place to break it at.
 */
final class BrokenCore implements AutoCloseable {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final String PACKAGE = BrokenCore.class.getPackageName();

    private final URLClassLoader loader;

    /** A change in a source file. */
    record Fault(String file, String right, String wrong) {}

    /**
     * Breaks the core.
     *
     * @param folder an empty one, for what is made
     * @param faults each is in its file once
     */
    BrokenCore(Path folder, Fault... faults) throws IOException {
        Path sources = Files.createDirectory(folder.resolve("sources"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(SOURCES.resolve(PACKAGE.replace('.', '/')))) {
            for (Path source :
                    all.filter(file -> file.toString().endsWith(".java")).toList()) {
                String name = Objects.requireNonNull(source.getFileName()).toString();
                Path copy = sources.resolve(name);
                Files.writeString(copy, broken(name, Files.readString(source, UTF_8), faults), UTF_8);
                files.add(copy.toString());
            }
        }
        compile(files, classes);
        loader = new Loader(classes);
    }

    private static String broken(String name, String source, Fault... faults) {
        String text = source;
        for (Fault fault : faults) {
            if (name.equals(fault.file + ".java")) {
                assertThat(text.split(Pattern.quote(fault.right), -1))
                        .as("%s has it once: %s", name, fault.right)
                        .hasSize(2);
                text = text.replace(fault.right, fault.wrong);
            }
        }
        return text;
    }

    private static void compile(List<String> files, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, UTF_8)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            assertThat(compiler.getTask(
                                    said,
                                    manager,
                                    null,
                                    options,
                                    null,
                                    manager.getJavaFileObjects(files.toArray(String[]::new)))
                            .call())
                    .as(said.toString())
                    .isTrue();
        }
    }

    /** Loads what is in this package itself: the broken core, and the simulation that runs it. */
    private static final class Loader extends URLClassLoader {

        Loader(Path classes) throws IOException {
            super(
                    new URL[] {
                        classes.toUri().toURL(),
                        BrokenCore.class.getProtectionDomain().getCodeSource().getLocation()
                    },
                    BrokenCore.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null) {
                    loaded = name.startsWith(PACKAGE + ".") ? findClass(name) : super.loadClass(name, false);
                }
                if (resolve) {
                    resolveClass(loaded);
                }
                return loaded;
            }
        }
    }

    /** What the checker finds in the run of a seed. */
    @SuppressWarnings("unchecked") // its own signature
    List<String> run(long seed) throws ReflectiveOperationException {
        Class<?> simulation = loader.loadClass(Simulation.class.getName());
        var constructor = simulation.getDeclaredConstructor(long.class);
        constructor.setAccessible(true);
        var run = simulation.getDeclaredMethod("run");
        run.setAccessible(true);
        return (List<String>) run.invoke(constructor.newInstance(seed));
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
