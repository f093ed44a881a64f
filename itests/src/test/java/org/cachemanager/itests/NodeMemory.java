package org.cachemanager.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of a node's process: how much of what kind there is, and was at the most. */
final class NodeMemory implements AutoCloseable {

    private static final Pattern COLLECTION = Pattern.compile(" (\\d+)M->(\\d+)M\\(");
    private static final Pattern OUTSIDE = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB");

    private final NodeProcess node;
    private final Path collections;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> looks;
    private long mostResident;
    private int collectionsRead;

    /**
     * In megabytes.
     *
     * @param heap the objects, garbage included
     * @param outside what the program took outside the heap: direct buffers and {@code java.lang.foreign}
     * @param resident all that the process has in the machine's memory
     */
    record Usage(long heap, long outside, long resident) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "heap %d MB, outside it %d MB, resident %d MB", heap, outside, resident);
        }
    }

    /** What a node needs in {@code CACHEMANAGER_JAVA_OPTS} to be looked at. */
    static String options(Path collections) {
        return "-XX:NativeMemoryTracking=summary -Xlog:gc:file=" + collections;
    }

    /** @param collections the file that was named in the options */
    NodeMemory(NodeProcess node, Path collections) {
        this.node = node;
        this.collections = collections;
        looks = looking.scheduleWithFixedDelay(this::look, 0, 20, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        mostResident = Math.max(mostResident, resident());
    }

    private long resident() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(node.pid()), "status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    >> 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long outside() throws IOException, InterruptedException {
        Matcher outside = OUTSIDE.matcher(node.jcmd("VM.native_memory", "summary"));
        assertThat(outside.find()).isTrue();
        return Long.parseLong(outside.group(1)) >> 10;
    }

    /** The most there was of the heap and of all since this was asked before, and what is outside the heap now. */
    Usage most() throws IOException, InterruptedException {
        String text = Files.readString(collections);
        Matcher collection = COLLECTION.matcher(text);
        long heap = 0;
        for (int i = 0; collection.find(); i++) {
            if (i >= collectionsRead) {
                heap = Math.max(heap, Long.parseLong(collection.group(1)));
                collectionsRead = i + 1;
            }
        }
        long resident;
        synchronized (this) {
            resident = mostResident;
            mostResident = 0;
        }
        return new Usage(heap, outside(), resident);
    }

    /** What is left after a full collection. */
    Usage live() throws IOException, InterruptedException {
        return new Usage(node.liveHeap() >> 20, outside(), resident());
    }

    @Override
    public void close() {
        looks.cancel(true);
        looking.shutdownNow();
    }
}
