package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/** Tells whether a file has changed by its content: an unpacked archive gives every build the same time stamps. */
final class Checksum {

    private static final int CHUNK = 1 << 16;

    private Checksum() {}

    /** The CRC-32 and the low bits of the size of a file. */
    static long of(Path file) throws IOException {
        CRC32 crc = new CRC32();
        long size = 0;
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                crc.update(chunk, 0, count);
                size += count;
            }
        }
        return size << Integer.SIZE | crc.getValue();
    }
}
