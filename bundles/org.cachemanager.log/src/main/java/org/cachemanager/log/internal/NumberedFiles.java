package org.cachemanager.log.internal;

import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicy;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps the last files of a log by numbers behind their name, the newest 1.
 *
 * <p>Logback's own policy for it takes the path as a pattern, in which a {@code %} of the base directory can't be
 * written.
 */
final class NumberedFiles extends ContextAwareBase implements RollingPolicy {

    private final Path file;
    private final int kept;
    private boolean started;

    NumberedFiles(Path file, int kept) {
        this.file = file;
        this.kept = kept;
    }

    @Override
    public void rollover() throws RolloverFailure {
        try {
            for (int number = kept; number > 0; number--) {
                Path newer = number == 1 ? file : numbered(number - 1);
                if (Files.exists(newer)) {
                    Files.move(newer, numbered(number), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new RolloverFailure("The log file " + file + " can't be rotated", e);
        }
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public String getActiveFileName() {
        return file.toString();
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.NONE;
    }

    @Override
    public void setParent(FileAppender<?> appender) {
        setContext(appender.getContext());
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void stop() {
        started = false;
    }

    @Override
    public boolean isStarted() {
        return started;
    }
}
