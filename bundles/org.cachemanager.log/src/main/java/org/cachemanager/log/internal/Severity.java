package org.cachemanager.log.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * The levels of syslog as the log uses them, the least first. SLF4J has no NOTICE and no CRITICAL: they are INFO and
 * ERROR with a marker of that name.
 */
enum Severity {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL;

    /** The logback level that lets it pass, along with what is filtered out later. */
    Level level() {
        return switch (this) {
            case DEBUG -> Level.DEBUG;
            case INFO, NOTICE -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR, CRITICAL -> Level.ERROR;
        };
    }

    static Severity of(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> marked(event, CRITICAL) ? CRITICAL : ERROR;
            case Level.WARN_INT -> WARNING;
            case Level.INFO_INT -> marked(event, NOTICE) ? NOTICE : INFO;
            default -> DEBUG;
        };
    }

    private static boolean marked(ILoggingEvent event, Severity severity) {
        List<@Nullable Marker> markers = event.getMarkerList();
        if (markers != null) {
            for (Marker marker : markers) {
                if (marker != null && marker.getName().equals(severity.name())) {
                    return true;
                }
            }
        }
        return false;
    }
}
