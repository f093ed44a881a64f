package org.cachemanager.host.internal;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.host.Time;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/** The machine's clock, and one worker thread that runs what is due. */
@Component(configurationPid = "org.cachemanager.host", service = Time.class)
@Designate(ocd = HostTime.Configuration.class)
public final class HostTime implements Time {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.worker");

    /** The settings of the worker. */
    @ObjectClassDefinition(name = "Cache Manager: worker", description = "The background worker of this node.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "worker_timeout",
                description = "How long a piece of background work stays dormant after an error, in milliseconds")
        long worker_timeout() default 30_000;
    }

    private final ScheduledThreadPoolExecutor worker;
    private volatile Duration dormancy;

    @Activate
    public HostTime(Configuration configuration) {
        this(Duration.ofMillis(configuration.worker_timeout()));
    }

    HostTime(Duration dormancy) {
        this.dormancy = dormancy;
        worker = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "cachemanager-worker");
            thread.setDaemon(true);
            return thread;
        });
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        logStarted();
    }

    private static void logStarted() {
        LOG.info(
                MarkerFactory.getMarker("NOTICE"),
                "Worker started (PID={}).",
                ProcessHandle.current().pid());
    }

    @Modified
    void modified(Configuration configuration) {
        dormancy = Duration.ofMillis(configuration.worker_timeout());
    }

    @Deactivate
    void deactivate() {
        worker.shutdownNow();
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        if (worker.isShutdown()) {
            return () -> {};
        }
        ScheduledFuture<?> future =
                worker.schedule(() -> run(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            Duration rest = dormancy;
            LOG.error("A worker failed; it is started again in {} s.", rest.toSeconds(), e);
            schedule(rest, () -> {
                logStarted();
                task.run();
            });
        }
    }
}
