package org.cachemanager.log.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Hands what is severe enough to several appenders: logback's levels can't tell INFO from NOTICE, nor ERROR from
 * CRITICAL.
 */
final class Fork extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** What is logged waits while the appenders are exchanged. */
    private final ReadWriteLock exchange = new ReentrantReadWriteLock();

    private Severity least = Severity.DEBUG;
    private List<? extends Appender<ILoggingEvent>> appenders = List.of();

    /** Hands on to others from now on, which may be made meanwhile. */
    void exchange(Severity newLeast, Supplier<List<? extends Appender<ILoggingEvent>>> made) {
        exchange.writeLock().lock();
        try {
            least = newLeast;
            appenders = made.get();
        } finally {
            exchange.writeLock().unlock();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        exchange.readLock().lock();
        try {
            if (Severity.of(event).compareTo(least) >= 0) {
                complete(event);
                appenders.forEach(appender -> appender.doAppend(event));
            }
        } finally {
            exchange.readLock().unlock();
        }
    }

    /**
     * The events that felix.logback 1.0.6 makes of the OSGi log have no logger context, with which logback's appenders
     * since 1.3 lose them: they look for the diagnostic context there.
     */
    static void complete(ILoggingEvent event) {
        if (event instanceof LoggingEvent made) {
            try {
                made.getMDCPropertyMap();
            } catch (NullPointerException withoutLoggerContext) {
                made.setMDCPropertyMap(Map.of());
            }
        }
    }
}
