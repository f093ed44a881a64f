package org.cachemanager.log.internal;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of the log: {@code <logger> : [<LEVEL>] <message>}, in UTF-8. A message is one line whatever it
 * holds; the lines of a stack trace follow it, indented.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {

    private static final String INDENT = "    ";

    private final LoggerNames names;
    private final Function<ILoggingEvent, String> start;

    /**
     * Makes an encoder.
     *
     * @param names how loggers are named
     * @param start what stands before the logger
     */
    LineEncoder(LoggerNames names, Function<ILoggingEvent, String> start) {
        this.names = names;
        this.start = start;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160)
                .append(start.apply(event))
                .append(names.shown(event.getLoggerName()))
                .append(" : [")
                .append(Severity.of(event))
                .append("] ");
        escape(String.valueOf(event.getFormattedMessage()), line);
        line.append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            ThrowableProxyUtil.asString(thrown).lines().forEach(frame -> {
                line.append(INDENT);
                escape(frame, line);
                line.append('\n');
            });
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] headerBytes() {
        return null;
    }

    @Override
    public byte @Nullable [] footerBytes() {
        return null;
    }

    /** Control characters could make lines that nobody logged, or steer the terminal that shows them. */
    private static void escape(String text, StringBuilder to) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                to.append("\\n");
            } else if (c == '\r') {
                to.append("\\r");
            } else if (c != '\t' && Character.isISOControl(c)) {
                to.append("\\u%04x".formatted((int) c));
            } else {
                to.append(c);
            }
        }
    }
}
