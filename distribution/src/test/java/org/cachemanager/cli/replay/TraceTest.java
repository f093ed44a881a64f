package org.cachemanager.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class TraceTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private List<String> keys(String name, byte[] content) throws IOException {
        Path file = folder.newFile(name).toPath();
        Files.write(file, content);
        List<String> keys = new ArrayList<>();
        try (Trace trace = Trace.open(file)) {
            for (String key = trace.next(); key != null; key = trace.next()) {
                keys.add(key);
            }
            assertThat(trace.progress()).isEqualTo(1.0);
        }
        return keys;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream stream = new GZIPOutputStream(packed)) {
            stream.write(plain);
        }
        return packed.toByteArray();
    }

    @Test
    public void next_int32_plainAndPacked() throws IOException {
        byte[] plain = {0, 0, 0, 7, -1, -1, -1, -1};
        assertThat(keys("a.int32", plain)).containsExactly("7", "-1");
        assertThat(keys("b.int32.gz", gzip(plain))).containsExactly("7", "-1");
    }

    @Test
    public void next_int64_packed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeLong(1L << 40);
        assertThat(keys("a.int64.gz", gzip(bytes.toByteArray()))).containsExactly("1099511627776");
    }

    @Test
    public void next_text_oneKeyALineWithoutBlankOnes() throws IOException {
        assertThat(keys("a.txt", "one\n\ntwo ☠\n".getBytes(UTF_8))).containsExactly("one", "two ☠");
    }

    @Test
    public void next_csv_firstColumn() throws IOException {
        assertThat(keys("a.csv", "one,1\n\"two, too\",2\nthree\n".getBytes(UTF_8)))
                .containsExactly("one", "two, too", "three");
    }

    @Test
    public void progress_ofASmallPackedFile_isExact() throws IOException {
        Path file = folder.newFile("a.int32.gz").toPath();
        Files.write(file, gzip(new byte[400]));
        try (Trace trace = Trace.open(file)) {
            for (int i = 0; i < 25; i++) {
                trace.next();
            }
            assertThat(trace.progress()).isEqualTo(0.25);
        }
    }

    @Test
    public void next_empty_isAtItsEnd() throws IOException {
        assertThat(keys("a.int32", new byte[0])).isEmpty();
    }
}
