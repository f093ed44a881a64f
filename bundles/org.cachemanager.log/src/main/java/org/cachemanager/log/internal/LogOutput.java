package org.cachemanager.log.internal;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import java.util.Locale;
import org.cachemanager.log.internal.Outputs.Options;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the log written as its configuration says, from when there is one until the bundle stops.
 *
 * <p>It listens to Configuration Admin instead of being configured by SCR, which is told of a configuration some time
 * later, by another thread: bundles of higher start levels would have begun to log by then. So a log that is configured
 * is in force when the one who configures it gets the word back.
 */
@Component(
        service = SynchronousConfigurationListener.class,
        immediate = true,
        configurationPid = LogOutput.PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = LogOutput.Config.class)
public final class LogOutput implements SynchronousConfigurationListener {

    static final String PID = "org.cachemanager.log";

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.log");

    private final BundleContext bundle;
    private final ConfigurationAdmin admin;
    private @Nullable Options options;
    private @Nullable Outputs outputs;
    private final Held held = new Held();

    /** The log. */
    @ObjectClassDefinition(name = "Cache Manager: Log")
    public @interface Config {

        /** What begins the logger names. */
        @AttributeDefinition(name = "Prefix", description = "What logger names begin with, e.g. opsview")
        String prefix() default "";

        /** The least level written. */
        @AttributeDefinition(
                name = "Level",
                description = "The least level written",
                options = {
                    @Option(value = "DEBUG"),
                    @Option(value = "INFO"),
                    @Option(value = "NOTICE"),
                    @Option(value = "WARNING"),
                    @Option(value = "ERROR"),
                    @Option(value = "CRITICAL")
                })
        String level() default "INFO";

        /** Bytes after which the file is rotated. */
        @AttributeDefinition(name = "File size", description = "Bytes after which the file is rotated", min = "1024")
        long max_file_size() default 10 << 20;

        /** How many rotated files are kept. */
        @AttributeDefinition(name = "Files", description = "How many rotated files are kept", min = "1", max = "100")
        int files() default 5;
    }

    /**
     * Opens the outputs if there is a configuration.
     *
     * @param bundle tells the base directory
     * @param admin has the configuration
     */
    @Activate
    public LogOutput(BundleContext bundle, @Reference ConfigurationAdmin admin) {
        this.bundle = bundle;
        this.admin = admin;
        hold();
        apply();
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (PID.equals(event.getPid())) {
            apply();
        }
    }

    @Deactivate
    synchronized void close() {
        if (outputs != null) {
            outputs.close();
        } else if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            release(context);
        }
        outputs = null;
        options = null;
    }

    private void hold() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            held.setContext(context);
            held.start();
            context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(held);
        }
    }

    private List<ILoggingEvent> release(LoggerContext context) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(held);
        return held.release();
    }

    private synchronized void apply() {
        Dictionary<String, Object> properties = configured();
        if (properties == null) {
            if (outputs != null) {
                close();
            }
            return;
        }
        Options wanted = options(properties);
        if (wanted.equals(options)) {
            return;
        }
        options = wanted;
        if (outputs == null) {
            open(wanted);
        } else {
            outputs.change(wanted);
        }
    }

    private @Nullable Dictionary<String, Object> configured() {
        try {
            Configuration[] found = admin.listConfigurations("(service.pid=" + PID + ')');
            return found == null || found.length == 0 ? null : found[0].getProperties();
        } catch (IOException | InvalidSyntaxException e) {
            LOG.warn("The log is not configured, its configuration can't be read", e);
            return null;
        }
    }

    private void open(Options wanted) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            LOG.warn("SLF4J does not log through logback but {}: the log stays as it is.", factory.getClass());
            return;
        }
        List<ILoggingEvent> early = release(context);
        Outputs opened = new Outputs(context, wanted, stderr());
        if (isDaemon() && !opened.writesFile()) {
            opened.close();
            opened = new Outputs(context, wanted, Outputs.stderrOfProcess());
        }
        outputs = opened;
        opened.append(early.stream()
                .filter(event -> Severity.of(event).compareTo(wanted.least()) >= 0)
                .toList());
        if (!opened.writesFile()) {
            LOG.warn("The log file {} can't be written: the log goes to standard error alone.", wanted.file());
        }
    }

    private OutputStream stderr() {
        return isDaemon() ? OutputStream.nullOutputStream() : Outputs.stderrOfProcess();
    }

    /** Whether nobody reads standard error, so that it would only grow beside the file. */
    private boolean isDaemon() {
        return Boolean.parseBoolean(bundle.getProperty("cachemanager.daemon"));
    }

    private Options options(Dictionary<String, Object> properties) {
        return new Options(
                text(properties, "prefix", ""),
                severity(text(properties, "level", "INFO")),
                directory().resolve("cachemanager.log"),
                number(properties, "max.file.size", 10 << 20),
                (int) number(properties, "files", 5));
    }

    private static Severity severity(String name) {
        for (Severity severity : Severity.values()) {
            if (severity.name().equals(name.toUpperCase(Locale.ROOT))) {
                return severity;
            }
        }
        LOG.warn("There is no level {}: the log is written from INFO on.", name);
        return Severity.INFO;
    }

    private static String text(Dictionary<String, Object> properties, String name, String byDefault) {
        return properties.get(name) instanceof String text ? text : byDefault;
    }

    private static long number(Dictionary<String, Object> properties, String name, long byDefault) {
        return properties.get(name) instanceof Number number ? number.longValue() : byDefault;
    }

    private Path directory() {
        String base = bundle.getProperty("cachemanager.base");
        return base == null || base.isEmpty()
                ? bundle.getDataFile("log").toPath()
                : Path.of(base, "log").toAbsolutePath();
    }
}
