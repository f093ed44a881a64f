package org.cachemanager.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.Test;
import org.slf4j.MarkerFactory;

public final class LineEncoderTest {

    private final LoggerContext context = new LoggerContext();

    private LoggingEvent event(String logger, Level level, @Nullable String message) {
        return new LoggingEvent("", context.getLogger(logger), level, message, null, null);
    }

    private static String line(String prefix, LoggingEvent event) {
        return new String(new LineEncoder(new LoggerNames(prefix), any -> "").encode(event), StandardCharsets.UTF_8);
    }

    @Test
    public void encode_names_beginWithTheProduct() {
        assertThat(List.of("cachemanager", "cachemanager.worker", "org.eclipse.jetty", "cachemanagers"))
                .extracting(name -> line("", event(name, Level.INFO, "x")))
                .containsExactly(
                        "cachemanager : [INFO] x\n",
                        "cachemanager.worker : [INFO] x\n",
                        "cachemanager.org.eclipse.jetty : [INFO] x\n",
                        "cachemanagers : [INFO] x\n");
    }

    @Test
    public void encode_prefix_standsBeforeNamesAndAloneForTheProduct() {
        assertThat(List.of("cachemanager", "cachemanager.cachemanagerworker", "org.apache.felix.scr"))
                .extracting(name -> line("opsview", event(name, Level.INFO, "x")))
                .containsExactly(
                        "opsview : [INFO] x\n",
                        "opsview.cachemanager.cachemanagerworker : [INFO] x\n",
                        "opsview.cachemanager.org.apache.felix.scr : [INFO] x\n");
    }

    @Test
    public void encode_levels_areSyslogs() {
        LoggingEvent notice = event("cachemanager", Level.INFO, "x");
        notice.addMarker(MarkerFactory.getMarker("NOTICE"));
        LoggingEvent critical = event("cachemanager", Level.ERROR, "x");
        critical.addMarker(MarkerFactory.getMarker("CRITICAL"));
        LoggingEvent foreign = event("cachemanager", Level.WARN, "x");
        foreign.addMarker(MarkerFactory.getMarker("NOTICE"));

        assertThat(List.of(
                        event("cachemanager", Level.TRACE, "x"),
                        event("cachemanager", Level.DEBUG, "x"),
                        event("cachemanager", Level.INFO, "x"),
                        notice,
                        event("cachemanager", Level.WARN, "x"),
                        foreign,
                        event("cachemanager", Level.ERROR, "x"),
                        critical))
                .extracting(event -> line("", event).replaceAll(".*\\[|\\].*\n", ""))
                .containsExactly("DEBUG", "DEBUG", "INFO", "NOTICE", "WARNING", "WARNING", "ERROR", "CRITICAL");
    }

    @Test
    public void encode_controlCharacters_areEscaped() {
        assertThat(line("", event("cachemanager", Level.WARN, "a\r\nb\u001b[2Jc\td\u0085é☠")))
                .isEqualTo("cachemanager : [WARNING] a\\r\\nb\\u001b[2Jc\td\\u0085é☠\n");
        assertThat(line("", event("cachemanager", Level.WARN, null))).isEqualTo("cachemanager : [WARNING] null\n");
    }

    @Test
    public void encode_exception_followsIndented() {
        LoggingEvent event = new LoggingEvent(
                "",
                context.getLogger("cachemanager"),
                Level.ERROR,
                "It failed",
                new IllegalStateException("bad\nopsview : [INFO] forged", new RuntimeException("why")),
                null);

        List<String> lines = line("", event).lines().toList();
        assertThat(lines.get(0)).isEqualTo("cachemanager : [ERROR] It failed");
        assertThat(lines.subList(1, lines.size())).isNotEmpty().allMatch(line -> line.startsWith("    "));
        assertThat(lines).contains("    java.lang.IllegalStateException: bad");
        assertThat(lines).anyMatch(line -> line.startsWith("    Caused by: java.lang.RuntimeException: why"));
    }

    @Test
    public void syslogStart_hasTimeHostAndIdentifier() {
        SyslogStart start = new SyslogStart(ZoneId.of("UTC"), "collector1");
        LoggingEvent event = event("cachemanager", Level.INFO, "x");
        event.setInstant(Instant.parse("2026-10-14T11:13:11.9Z"));
        LoggingEvent early = event("cachemanager", Level.INFO, "x");
        early.setInstant(Instant.parse("2026-02-03T01:02:03Z"));

        assertThat(start.apply(event)).isEqualTo("Oct 14 11:13:11 collector1 cachemanager: ");
        assertThat(start.apply(early)).isEqualTo("Feb  3 01:02:03 collector1 cachemanager: ");
        assertThat(SyslogStart.thisHost()).matches("[^\\s.]+");
    }
}
