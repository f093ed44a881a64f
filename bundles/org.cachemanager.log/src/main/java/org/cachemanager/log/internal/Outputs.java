package org.cachemanager.log.internal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Standard error and the rotated file, in the place of whatever logback wrote to before; {@link #close} puts that back.
 *
 * <p>Attached to the root logger by hand: a reset of logback's context would also throw out the listener with which
 * Felix brings the OSGi log here.
 */
final class Outputs implements AutoCloseable {

    /** Loggers of this product; the second is how Felix names those of its bundles. */
    private static final List<String> OURS = List.of("cachemanager", "org.cachemanager");

    /**
     * How the log is written.
     *
     * @param prefix of the logger names; empty: none
     * @param least what is less is left out
     * @param file where to write, besides standard error
     * @param maxFileSize bytes after which the file is rotated
     * @param files how many rotated files are kept
     */
    record Options(String prefix, Severity least, Path file, long maxFileSize, int files) {}

    private final LoggerContext context;
    private final OutputStream stderr;
    private final Logger root;
    private final List<Appender<ILoggingEvent>> before = new ArrayList<>();
    private final Map<Logger, @Nullable Level> levelsBefore = new LinkedHashMap<>();
    private final Fork fork = new Fork();
    private OutputStreamAppender<ILoggingEvent> console = new OutputStreamAppender<>();
    private RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();

    /** @param stderr where the lines go besides the file; never closed */
    Outputs(LoggerContext context, Options options, OutputStream stderr) {
        this.context = context;
        this.stderr = stderr;
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            before.add(all.next());
        }
        fork.setContext(context);
        fork.start();
        change(options);
        root.addAppender(fork);
        before.forEach(root::detachAppender);
    }

    /** Goes on with other options; what is logged meanwhile waits, and is not lost. */
    void change(Options options) {
        Level ours = options.least().level();
        fork.exchange(options.least(), () -> {
            file.stop();
            console.stop();
            openConsole(options);
            openFile(options);
            return file.isStarted() ? List.of(console, file) : List.of(console);
        });
        setLevel(root, ours.isGreaterOrEqual(Level.WARN) ? ours : Level.WARN);
        OURS.forEach(name -> setLevel(context.getLogger(name), ours));
    }

    /** Writes what was logged before to the file alone. */
    void append(List<ILoggingEvent> events) {
        events.forEach(file::doAppend);
    }

    /** Whether the file is written, too: it may not be allowed. */
    boolean writesFile() {
        return file.isStarted();
    }

    @Override
    public void close() {
        before.forEach(root::addAppender);
        levelsBefore.forEach(Logger::setLevel);
        root.detachAppender(fork);
        file.stop();
        console.stop();
    }

    private void setLevel(Logger logger, Level level) {
        if (!levelsBefore.containsKey(logger)) {
            levelsBefore.put(logger, logger.getLevel());
        }
        logger.setLevel(level);
    }

    /**
     * Standard error of the process. Not {@link System#err}: Gogo makes that the output of whichever shell command runs
     * on the thread, so that what the node logs meanwhile would be lost here and confuse who typed the command.
     */
    static OutputStream stderrOfProcess() {
        return new FileOutputStream(FileDescriptor.err);
    }

    private void openConsole(Options options) {
        console = new OutputStreamAppender<>();
        console.setName("cachemanager.stderr");
        console.setOutputStream(new FilterOutputStream(stderr) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        });
        open(options, console, event -> "");
    }

    private void openFile(Options options) {
        file = new RollingFileAppender<>();
        file.setName("cachemanager.file");
        file.setFile(options.file().toString());
        NumberedFiles rolling = new NumberedFiles(options.file(), options.files());
        rolling.setContext(context);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> triggering = new SizeBasedTriggeringPolicy<>();
        triggering.setContext(context);
        triggering.setMaxFileSize(new FileSize(options.maxFileSize()));
        triggering.setCheckIncrement(Duration.buildByMilliseconds(100));
        triggering.start();
        file.setRollingPolicy(rolling);
        file.setTriggeringPolicy(triggering);
        open(options, file, new SyslogStart(ZoneId.systemDefault(), SyslogStart.thisHost()));
    }

    private void open(
            Options options, OutputStreamAppender<ILoggingEvent> appender, Function<ILoggingEvent, String> start) {
        LineEncoder encoder = new LineEncoder(new LoggerNames(options.prefix()), start);
        encoder.setContext(context);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }
}
