package org.cachemanager.cli.replay;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a replay found.
 *
 * @param requests requests of the trace, each one {@code get_data}
 * @param found requests that were answered with data, at once or after a wait
 * @param made requests that were given the lock, and made and set the data
 * @param failed calls that were refused, not answered or cut off
 * @param inVain requests that waited as long as they would and were given neither data nor lock
 * @param wrong answers whose data was another key's, or damaged
 * @param madeTwice locks that were given while another caller was making the item, or while it lived: a fault, unless
 *     the cache is too small for the trace and had evicted the item
 * @param elapsed how long it took
 * @param medianMillis half of the {@code get_data} were answered within
 * @param p99Millis 99 of 100 were
 * @param maxMillis all were
 * @param failures what the first failures said
 */
public record ReplayReport(
        long requests,
        long found,
        long made,
        long failed,
        long inVain,
        long wrong,
        long madeTwice,
        Duration elapsed,
        double medianMillis,
        double p99Millis,
        double maxMillis,
        List<String> failures) {

    /** Copies the failures. */
    public ReplayReport {
        failures = List.copyOf(failures);
    }

    /** Whether every call was answered, and rightly. */
    public boolean isClean() {
        return failed == 0 && inVain == 0 && wrong == 0 && madeTwice == 0;
    }

    /** Calls made: each request is one, each item made another. */
    public long calls() {
        return requests + made;
    }

    /** The share of requests that were answered with data, from 0 to 1. */
    public double hitRatio() {
        return requests == 0 ? 0 : (double) found / requests;
    }

    /** Calls in a second, with a connection each. */
    public double callsPerSecond() {
        return elapsed.isZero() ? 0 : calls() * 1e9 / elapsed.toNanos();
    }

    /** The report as a person reads it, on several lines. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(line("requests", "%,d in %.1f s", requests, elapsed.toMillis() / 1000.0));
        text.append(line("calls", "%,d (%,.0f a second, a connection each)", calls(), callsPerSecond()));
        text.append(line("hit ratio", "%.2f %%", 100 * hitRatio()));
        text.append(line("made", "%,d", made));
        text.append(line(
                "get_data", "half in %.1f ms, 99 %% in %.1f ms, all in %.1f ms", medianMillis, p99Millis, maxMillis));
        text.append(line("failed", "%,d", failed));
        text.append(line("waited in vain", "%,d", inVain));
        text.append(line("wrong data", "%,d", wrong));
        text.append(
                line("made twice", "%,d%s", madeTwice, madeTwice == 0 ? "" : " (a fault unless items were evicted)"));
        failures.forEach(f -> text.append("  ").append(f).append('\n'));
        return text.toString();
    }

    private static String line(String name, String format, Object... values) {
        return String.format(Locale.ROOT, "%-16s", name) + String.format(Locale.ROOT, format, values) + '\n';
    }
}
