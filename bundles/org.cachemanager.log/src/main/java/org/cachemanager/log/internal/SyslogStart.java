package org.cachemanager.log.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.Function;

/** Begins a line as syslog does: {@code Oct 14 11:13:11 collector1 cachemanager: }. */
final class SyslogStart implements Function<ILoggingEvent, String> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

    private final ZoneId zone;
    private final String host;

    SyslogStart(ZoneId zone, String host) {
        this.zone = zone;
        this.host = host;
    }

    @Override
    public String apply(ILoggingEvent event) {
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(zone)) + ' ' + host + " cachemanager: ";
    }

    /** The name of this machine without its domain, found without asking a name server. */
    static String thisHost() {
        String name = null;
        try {
            name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            name = System.getenv().getOrDefault("HOSTNAME", System.getenv("COMPUTERNAME"));
        }
        return name == null || name.isEmpty() ? "localhost" : name.replaceFirst("\\..*", "");
    }
}
