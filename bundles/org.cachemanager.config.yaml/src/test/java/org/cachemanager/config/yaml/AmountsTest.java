package org.cachemanager.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.Test;
import org.junit.experimental.runners.Enclosed;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

@RunWith(Enclosed.class)
public final class AmountsTest {

    @RunWith(Parameterized.class)
    public static final class SizeTest {

        private final String text;
        private final @Nullable Long bytes;

        public SizeTest(String text, @Nullable Long bytes) {
            this.text = text;
            this.bytes = bytes;
        }

        @Parameters(name = "{0} -> {1}")
        public static List<@Nullable Object[]> texts() {
            return List.of(
                    new @Nullable Object[] {"0", 0L},
                    new @Nullable Object[] {"0B", 0L},
                    new @Nullable Object[] {"1048576", 1L << 20},
                    new @Nullable Object[] {"512b", 512L},
                    new @Nullable Object[] {"1KB", 1024L},
                    new @Nullable Object[] {"1 kb", 1024L},
                    new @Nullable Object[] {"512MB", 512L << 20},
                    new @Nullable Object[] {"1GB", 1L << 30},
                    new @Nullable Object[] {"1.5gB", 3L << 29},
                    new @Nullable Object[] {"0.5 MB", 1L << 19},
                    new @Nullable Object[] {"0.3KB", 307L},
                    new @Nullable Object[] {"0.0GB", 0L},
                    new @Nullable Object[] {"0.5B", null},
                    new @Nullable Object[] {"0.0001KB", null},
                    new @Nullable Object[] {"9223372036854775807", Long.MAX_VALUE},
                    new @Nullable Object[] {"9223372036854775808", null},
                    new @Nullable Object[] {"8589934592GB", null},
                    new @Nullable Object[] {"1TBB", null},
                    new @Nullable Object[] {"1TB", null},
                    new @Nullable Object[] {"1  GB", null},
                    new @Nullable Object[] {"1\tGB", null},
                    new @Nullable Object[] {" 1GB", null},
                    new @Nullable Object[] {"1GB ", null},
                    new @Nullable Object[] {"1.5", null},
                    new @Nullable Object[] {"1.GB", null},
                    new @Nullable Object[] {".5GB", null},
                    new @Nullable Object[] {"-1", null},
                    new @Nullable Object[] {"+1GB", null},
                    new @Nullable Object[] {"1_000", null},
                    new @Nullable Object[] {"1e3", null},
                    new @Nullable Object[] {"0x10", null},
                    new @Nullable Object[] {"1K", null},
                    new @Nullable Object[] {"1KiB", null},
                    new @Nullable Object[] {"GB", null},
                    new @Nullable Object[] {"", null},
                    new @Nullable Object[] {"٣GB", null},
                    new @Nullable Object[] {"1s", null});
        }

        @Test
        public void size_asWritten() {
            assertThat(Amounts.size(text)).isEqualTo(bytes);
        }
    }

    @RunWith(Parameterized.class)
    public static final class TimeTest {

        private final String text;
        private final @Nullable Long millis;

        public TimeTest(String text, @Nullable Long millis) {
            this.text = text;
            this.millis = millis;
        }

        @Parameters(name = "{0} -> {1}")
        public static List<@Nullable Object[]> texts() {
            return List.of(
                    new @Nullable Object[] {"0", 0L},
                    new @Nullable Object[] {"0s", 0L},
                    new @Nullable Object[] {"30", 30_000L},
                    new @Nullable Object[] {"30s", 30_000L},
                    new @Nullable Object[] {"30 s", 30_000L},
                    new @Nullable Object[] {"250ms", 250L},
                    new @Nullable Object[] {"1.5s", 1500L},
                    new @Nullable Object[] {"1.5ms", 1L},
                    new @Nullable Object[] {"0.0ms", 0L},
                    new @Nullable Object[] {"0.5ms", null},
                    new @Nullable Object[] {"2m", 120_000L},
                    new @Nullable Object[] {"1h", 3_600_000L},
                    new @Nullable Object[] {"1d", 86_400_000L},
                    new @Nullable Object[] {"1.5", null},
                    new @Nullable Object[] {"-1s", null},
                    new @Nullable Object[] {"1w", null},
                    new @Nullable Object[] {"1sec", null},
                    new @Nullable Object[] {"1h30m", null},
                    new @Nullable Object[] {"soon", null},
                    new @Nullable Object[] {"", null},
                    new @Nullable Object[] {"9999999999999999999d", null},
                    new @Nullable Object[] {"1MB", null});
        }

        @Test
        public void time_asWritten() {
            assertThat(Amounts.time(text)).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
        }
    }

    public static final class FormatTest {

        @Test
        public void format_shortestThatIsExact() {
            assertThat(List.of(0L, 1000L, 1024L, 10L << 20, 1L << 30, (1L << 30) + 1))
                    .extracting(Amounts::format)
                    .containsExactly("0B", "1000B", "1KB", "10MB", "1GB", "1073741825B");
        }
    }
}
