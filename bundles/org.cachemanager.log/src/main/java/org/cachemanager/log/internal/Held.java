package org.cachemanager.log.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is logged before it is known where to, the first of it, for the log file. */
final class Held extends AppenderBase<ILoggingEvent> {

    private static final int MOST = 500;

    private final List<ILoggingEvent> events = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
        if (events.size() < MOST) {
            Fork.complete(event);
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    }

    /** Gives what there is, and keeps nothing from now on. */
    synchronized List<ILoggingEvent> release() {
        stop();
        List<ILoggingEvent> all = List.copyOf(events);
        events.clear();
        return all;
    }
}
