package org.cachemanager.host.internal;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * The machine's clocks, and one worker thread that runs what is due.
 *
 * <p>Immediate, so that timers are not lost when those who use it come and go.
 */
@Component(configurationPid = "org.cachemanager.host", service = Time.class, immediate = true)
@Designate(ocd = HostTime.Configuration.class)
public final class HostTime implements Time {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.worker");
    private static final Marker NOTICE = MarkerFactory.getMarker("NOTICE");
    private static final Marker CRITICAL = MarkerFactory.getMarker("CRITICAL");

    /** The longest delay that is told apart from longer ones. */
    private static final Duration MOST = Duration.ofDays(36_500);

    /** How long the task under way may take to end when the worker is stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor worker;
    private volatile Duration dormancy;
    private volatile @Nullable Thread thread;

    /** The settings of the worker. */
    @ObjectClassDefinition(name = "Cache Manager: worker", description = "The background worker of this node.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "worker_timeout",
                description = "How long a piece of background work stays dormant after an error, in milliseconds",
                min = "0")
        long worker_timeout() default 30_000;
    }

    /** A task that is run again, after a rest, when it threw; and that can be kept from it. */
    private final class Task implements Runnable, Timer {
        private final Runnable runnable;
        private volatile boolean cancelled;
        private volatile boolean failed;
        private volatile @Nullable Future<?> next;

        Task(Runnable runnable) {
            this.runnable = runnable;
        }

        void schedule(Duration delay) {
            Duration wait = delay.compareTo(MOST) > 0 ? MOST : delay;
            next = worker.schedule(this, wait.isNegative() ? 0 : wait.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            if (cancelled) {
                return;
            }
            if (failed) {
                logStarted();
            }
            try {
                runnable.run();
            } catch (Throwable e) {
                failed = true;
                Duration rest = dormancy;
                schedule(rest);
                LOG.error(CRITICAL, "A worker failed; it is started again in {} ms.", rest.toMillis(), e);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            Future<?> scheduled = next;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }

    @Activate
    public HostTime(Configuration configuration) {
        this(dormancy(configuration));
    }

    HostTime(Duration dormancy) {
        this.dormancy = dormancy;
        worker = new ScheduledThreadPoolExecutor(1, this::newThread, new ThreadPoolExecutor.DiscardPolicy());
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private Thread newThread(Runnable task) {
        Thread fresh = new Thread(task, "cachemanager-worker");
        fresh.setDaemon(true);
        thread = fresh;
        return fresh;
    }

    /** Starts the worker. */
    @Activate
    void activate() {
        worker.prestartCoreThread();
        logStarted();
    }

    private static void logStarted() {
        LOG.info(NOTICE, "Worker started (PID={}).", ProcessHandle.current().pid());
    }

    @Modified
    void modified(Configuration configuration) {
        dormancy = dormancy(configuration);
    }

    private static Duration dormancy(Configuration configuration) {
        return Duration.ofMillis(Math.max(0, configuration.worker_timeout()));
    }

    /** Stops the worker, and waits for the task under way, unless that is who calls. */
    @Deactivate
    void deactivate() {
        worker.shutdown();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!worker.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A task of the worker does not end; it is left to itself.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The number of tasks that wait for their time. */
    int scheduled() {
        return worker.getQueue().size();
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
    public void aside(Runnable task) {
        Thread fresh = new Thread(() -> runAside(task), "cachemanager-aside");
        fresh.setDaemon(true);
        fresh.start();
    }

    private static void runAside(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("A piece of work on a thread of its own failed.", e);
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable runnable) {
        Task task = new Task(runnable);
        task.schedule(delay);
        return task;
    }
}
