package org.cachemanager.cli.replay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of recorded requests, one key each, read as it goes: big-endian integers when its name holds {@code .int32} or
 * {@code .int64}, else text with one key a line, of which the first column when its name holds {@code .csv}. May be
 * packed with gzip, whatever its name. Any thread may take from it.
 */
public final class Trace implements AutoCloseable {

    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int BUFFER_BYTES = 1 << 16;

    /** Reads the next key; null at the end. */
    private interface Keys {
        @Nullable
        String next() throws IOException;
    }

    private final Counting stream;
    private final long plainBytes;
    private final Keys keys;

    private Trace(Counting stream, long plainBytes, Keys keys) {
        this.stream = stream;
        this.plainBytes = plainBytes;
        this.keys = keys;
    }

    /** Opens a file; its name says what is in it. */
    public static Trace open(Path file) throws IOException {
        BufferedInputStream packed = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            boolean isPacked = isGzip(packed);
            Counting stream = new Counting(
                    isPacked ? new BufferedInputStream(new GZIPInputStream(packed, BUFFER_BYTES)) : packed);
            long plainBytes = isPacked ? unpackedBytes(file) : Files.size(file);
            return new Trace(stream, plainBytes, keys(stream, Objects.toString(file.getFileName())));
        } catch (IOException e) {
            packed.close();
            throw e;
        }
    }

    private static boolean isGzip(BufferedInputStream file) throws IOException {
        file.mark(2);
        int magic = (file.read() << 8) | file.read();
        file.reset();
        return magic == GZIP_MAGIC;
    }

    /** What gzip says at its end; only good for showing progress: wrong for over 4 GB, or several files in one. */
    private static long unpackedBytes(Path file) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(length, Math.max(0, channel.size() - Integer.BYTES));
        }
        return Integer.toUnsignedLong(length.getInt(0));
    }

    private static Keys keys(InputStream stream, String name) {
        if (name.contains(".int32")) {
            DataInputStream numbers = new DataInputStream(stream);
            return () -> atEnd(stream) ? null : Integer.toString(numbers.readInt());
        }
        if (name.contains(".int64")) {
            DataInputStream numbers = new DataInputStream(stream);
            return () -> atEnd(stream) ? null : Long.toString(numbers.readLong());
        }
        boolean isCsv = name.contains(".csv");
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        return () -> {
            String line = lines.readLine();
            while (line != null && line.isBlank()) {
                line = lines.readLine();
            }
            return isCsv && line != null ? firstColumn(line) : line;
        };
    }

    private static String firstColumn(String line) {
        boolean isQuoted = line.startsWith("\"");
        int end = line.indexOf(isQuoted ? '"' : ',', 1);
        return line.substring(isQuoted ? 1 : 0, end < 0 ? line.length() : end);
    }

    private static boolean atEnd(InputStream stream) throws IOException {
        stream.mark(1);
        boolean end = stream.read() < 0;
        stream.reset();
        return end;
    }

    /**
     * The next key.
     *
     * @return null at the end
     * @throws IOException if the file can't be read, or ends inside a number
     */
    public synchronized @Nullable String next() throws IOException {
        try {
            return keys.next();
        } catch (EOFException e) {
            throw new IOException("The trace is cut off: it ends inside a number or inside the packed data.", e);
        }
    }

    /** How much of the trace has been read, from 0 to 1. */
    public double progress() {
        return plainBytes == 0 ? 1.0 : Math.min(1.0, (double) stream.read / plainBytes);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Counts what has been read. */
    private static final class Counting extends FilterInputStream {

        private volatile long read;
        private long marked;

        Counting(InputStream plain) {
            super(plain);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(Math.max(0, count));
            return count;
        }

        @Override
        public synchronized void mark(int limit) {
            super.mark(limit);
            marked = read;
        }

        @Override
        public synchronized void reset() throws IOException {
            super.reset();
            read = marked;
        }

        /** Only the thread that holds the trace's monitor gets here. */
        private synchronized void count(int bytes) {
            read += bytes;
        }
    }
}
