package org.cachemanager.cli.replay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of recorded requests, one key each, read as it goes: big-endian integers when its name holds {@code .int32} or
 * {@code .int64}, else text with one key a line. May be packed with gzip, whatever its name. Any thread may take from
 * it.
 */
public final class Trace implements AutoCloseable {

    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int BUFFER_BYTES = 1 << 16;

    /** Reads the next key; null at the end. */
    private interface Keys {
        @Nullable
        String next() throws IOException;
    }

    private final InputStream stream;
    private final Counting counting;
    private final long fileBytes;
    private final Keys keys;

    private Trace(Counting counting, InputStream stream, long fileBytes, Keys keys) {
        this.counting = counting;
        this.stream = stream;
        this.fileBytes = fileBytes;
        this.keys = keys;
    }

    /** Opens a file; its name says what is in it. */
    public static Trace open(Path file) throws IOException {
        long bytes = Files.size(file);
        Counting counting = new Counting(Files.newInputStream(file));
        try {
            InputStream stream = unpacked(new BufferedInputStream(counting, BUFFER_BYTES));
            return new Trace(counting, stream, bytes, keys(stream, Objects.toString(file.getFileName())));
        } catch (IOException e) {
            counting.close();
            throw e;
        }
    }

    private static InputStream unpacked(BufferedInputStream file) throws IOException {
        file.mark(2);
        int magic = (file.read() << 8) | file.read();
        file.reset();
        return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(file, BUFFER_BYTES)) : file;
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
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        return () -> {
            String line = lines.readLine();
            while (line != null && line.isBlank()) {
                line = lines.readLine();
            }
            return line;
        };
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

    /** How much of the file has been read, from 0 to 1. */
    public double progress() {
        return fileBytes == 0 ? 1.0 : Math.min(1.0, (double) counting.read / fileBytes);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Counts what has been read of the file itself, packed or not. */
    private static final class Counting extends FilterInputStream {

        private volatile long read;

        Counting(InputStream file) {
            super(file);
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

        /** Only the thread that holds the trace's monitor gets here. */
        private synchronized void count(int bytes) {
            read += bytes;
        }
    }
}
