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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The core with a fault put into its source, what is broken compiled and all of it loaded apart from the real one, with
 * the simulation beside it: so that the product needs no place to break it at.
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
        Map<String, String> broken = new LinkedHashMap<>();
        for (Fault fault : faults) {
            String name = fault.file + ".java";
            Path source = SOURCES.resolve(PACKAGE.replace('.', '/')).resolve(name);
            String text = broken.containsKey(name) ? broken.get(name) : Files.readString(source, UTF_8);
            assertThat(text.split(Pattern.quote(fault.right), -1))
                    .as("%s has it once: %s", name, fault.right)
                    .hasSize(2);
            broken.put(name, text.replace(fault.right, fault.wrong));
        }
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, String> each : broken.entrySet()) {
            Path copy = sources.resolve(each.getKey());
            Files.writeString(copy, each.getValue(), UTF_8);
            files.add(copy.toString());
        }
        compile(files, classes);
        loader = new Loader(classes);
    }

    private static void compile(List<String> files, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (var manager = compiler.getStandardFileManager(null, null, UTF_8)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            var units = manager.getJavaFileObjects(files.toArray(String[]::new));
            assertThat(compiler.getTask(said, manager, null, options, null, units)
                            .call())
                    .as(said.toString())
                    .isTrue();
        }
    }

    private static URL home(Class<?> of) {
        return of.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Loads what is in this package itself: the broken core, and the simulation that runs it. */
    private static final class Loader extends URLClassLoader {

        Loader(Path classes) throws IOException {
            super(
                    new URL[] {classes.toUri().toURL(), home(Core.class), home(BrokenCore.class)},
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
