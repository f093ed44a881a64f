package org.cachemanager.log.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.List;
import java.util.Map;

/**
 * Hands what is severe enough to several appenders: logback's levels can't tell INFO from NOTICE, nor ERROR from
 * CRITICAL.
 */
final class Fork extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Severity least;
    private final List<? extends Appender<ILoggingEvent>> appenders;

    Fork(Severity least, List<? extends Appender<ILoggingEvent>> appenders) {
        this.least = least;
        this.appenders = List.copyOf(appenders);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (Severity.of(event).compareTo(least) >= 0) {
            complete(event);
            appenders.forEach(appender -> appender.doAppend(event));
        }
    }

    /**
     * The events that felix.logback 1.0.6 makes of the OSGi log have no logger context, with which logback's appenders
     * since 1.3 lose them: they look for the diagnostic context there.
     */
    private static void complete(ILoggingEvent event) {
        if (event instanceof LoggingEvent made) {
            try {
                made.getMDCPropertyMap();
            } catch (NullPointerException withoutLoggerContext) {
                made.setMDCPropertyMap(Map.of());
            }
        }
    }
}
