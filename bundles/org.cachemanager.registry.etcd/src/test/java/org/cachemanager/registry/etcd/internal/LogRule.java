package org.cachemanager.registry.etcd.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.rules.ExternalResource;
import org.slf4j.LoggerFactory;

/** What this bundle tells an operator during a test. */
final class LogRule extends ExternalResource {

    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("cachemanager.registry.etcd");

    @Override
    protected void before() {
        logger.setLevel(Level.INFO);
        told.setContext(logger.getLoggerContext());
        told.start();
        logger.addAppender(told);
    }

    @Override
    protected void after() {
        logger.detachAppender(told);
        logger.setLevel(null);
    }

    /** The warnings so far. */
    List<String> warnings() {
        return List.copyOf(told.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** All that was said so far. */
    List<String> lines() {
        return List.copyOf(told.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}
