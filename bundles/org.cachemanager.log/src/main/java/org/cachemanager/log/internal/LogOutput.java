package org.cachemanager.log.internal;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.util.Locale;
import org.cachemanager.log.internal.Outputs.Options;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/** Has the log written as its configuration says, from when there is one until the bundle stops. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.cachemanager.log",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LogOutput.Config.class)
public final class LogOutput {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.log");

    private final BundleContext bundle;
    private @Nullable Outputs outputs;

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
     * Opens the outputs and says in the log that the cache manager is coming up.
     *
     * @param bundle tells the base directory
     * @param config how the log is written
     */
    @Activate
    public LogOutput(BundleContext bundle, Config config) {
        this.bundle = bundle;
        open(config);
        LoggerFactory.getLogger("cachemanager")
                .info(MarkerFactory.getMarker("NOTICE"), "Launching Cache Manager daemon.");
    }

    @Modified
    void modify(Config config) {
        close();
        open(config);
    }

    @Deactivate
    void close() {
        if (outputs != null) {
            outputs.close();
            outputs = null;
        }
    }

    private void open(Config config) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            LOG.warn("SLF4J does not log through logback but {}: the log stays as it is.", factory.getClass());
            return;
        }
        Options options = new Options(
                config.prefix(),
                Severity.valueOf(config.level().toUpperCase(Locale.ROOT)),
                directory().resolve("cachemanager.log"),
                config.max_file_size(),
                config.files());
        Outputs opened = new Outputs(context, options);
        outputs = opened;
        if (!opened.writesFile()) {
            LOG.warn("The log file {} can't be written: the log goes to standard error alone.", options.file());
        }
    }

    private Path directory() {
        String base = bundle.getProperty("cachemanager.base");
        return base == null || base.isEmpty()
                ? bundle.getDataFile("log").toPath()
                : Path.of(base, "log").toAbsolutePath();
    }
}
