package org.cachemanager.benchmarks.hits;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Requests for keys, in their order; the keys are numbered in the order of their first request. */
final class Trace {

    private static final int LARGEST_BYTES = 4 << 20;
    private static final double MEDIAN_BYTES = 2700;
    private static final double SPREAD = 1.8;

    private final String name;
    private final int[] requests;
    private final long[] keys;

    private Trace(String name, int[] requests, long[] keys) {
        this.name = name;
        this.requests = requests;
        this.keys = keys;
    }

    static Trace of(String name, LongStream keys) {
        Map<Long, Integer> numbers = new HashMap<>();
        int[] requests = keys.mapToInt(key -> numbers.computeIfAbsent(key, k -> numbers.size()))
                .toArray();
        long[] distinct = new long[numbers.size()];
        numbers.forEach((key, number) -> distinct[number] = key);
        return new Trace(name, requests, distinct);
    }

    /** The recorded traces of a directory, by name: {@code *.int32.gz} and {@code *.int64.gz}, big-endian. */
    static List<Trace> recorded(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> traces = files.filter(file -> file.toString().matches(".*\\.int(32|64)\\.gz"))
                    .sorted()
                    .toList();
            Trace[] read = new Trace[traces.size()];
            for (int i = 0; i < read.length; i++) {
                read[i] = read(traces.get(i));
            }
            return List.of(read);
        }
    }

    private static Trace read(Path file) throws IOException {
        String name = Objects.requireNonNull(file.getFileName()).toString();
        boolean wide = name.endsWith(".int64.gz");
        LongStream.Builder keys = LongStream.builder();
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(new GZIPInputStream(raw)))) {
            while (true) {
                keys.add(wide ? in.readLong() : in.readInt());
            }
        } catch (EOFException e) {
            return of(name.substring(0, name.indexOf('.')), keys.build());
        }
    }

    String name() {
        return name;
    }

    /** The number of the key that each request asks for. */
    int[] requests() {
        return requests;
    }

    /** The keys by their numbers. */
    long[] keys() {
        return keys;
    }

    /** Each key's hash: 64 well mixed bits. */
    long[] hashes() {
        return Arrays.stream(keys).map(Trace::mix).toArray();
    }

    /**
     * Each key's size in bytes, made of its hash: log-normal, with a median of 2.7 KB, a mean of 13 KB and 4 MB at
     * most, as content delivery networks see them.
     */
    long[] sizes() {
        return Arrays.stream(keys).map(Trace::size).toArray();
    }

    private static long size(long key) {
        long hash = mix(key ^ 0x5DEECE66D12C9A17L);
        double u = ((hash >>> 32) + 0.5) / (1L << 32);
        double v = ((hash & 0xFFFFFFFFL) + 0.5) / (1L << 32);
        double gaussian = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
        return (long) Math.max(1, Math.min(LARGEST_BYTES, MEDIAN_BYTES * Math.exp(SPREAD * gaussian)));
    }

    private static long mix(long key) {
        long h = (key + 1) * 0x9E3779B97F4A7C15L;
        h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }

    @Override
    public String toString() {
        return name;
    }
}
