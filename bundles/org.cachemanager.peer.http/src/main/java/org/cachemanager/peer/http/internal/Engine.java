package org.cachemanager.peer.http.internal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Call;
import org.cachemanager.api.peer.PeerAddress;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends calls: over a connection that is idle, else over a new one. All that it runs on ends with it.
 *
 * <p>A call whose pooled connection ends before a byte of its answer has come is sent once more, over a new connection:
 * most likely the peer has closed it just then.
 */
final class Engine {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.peer.http");
    private static final int INPUT_BYTES = 32 * 1024;
    private static final int SPARE_THREADS = 4;
    private static final Duration FOLLOW = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** A call that was made longer ago is not sent again: its token may have aged out meanwhile. */
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Outside outside;
    private final Trust trust;
    private final Pool pool = new Pool();
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final ByteBufferPool buffers = new ArrayByteBufferPool();
    private final QueuedThreadPool threads;
    private final ScheduledThreadPoolExecutor timing = new ScheduledThreadPoolExecutor(1, this::newTimingThread);
    private final ScheduledExecutorScheduler timer = new ScheduledExecutorScheduler(timing);
    private volatile @Nullable Thread timingThread;
    private final Selectors selectors;
    private final Dialer dialer;
    private final AtomicInteger generation = new AtomicInteger();
    private volatile boolean stopped;

    /** Begins to run. */
    Engine(Trust trust, Outside outside) {
        this.outside = outside;
        this.trust = trust;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new QueuedThreadPool(count + SPARE_THREADS, count);
        threads.setName("cachemanager-peer");
        threads.setReservedThreads(0);
        threads.setDaemon(true);
        selectors = new Selectors(this, timer, count);
        dialer = new Dialer(outside, trust, selectors);
        timing.setRemoveOnCancelPolicy(true);
        timing.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // what comes after the end
        try {
            threads.start();
            timer.start();
            selectors.start();
        } catch (Exception e) {
            throw new IllegalStateException("The transport to peers can't start", e);
        }
        follow();
    }

    private Thread newTimingThread(Runnable work) {
        Thread thread = new Thread(work, "cachemanager-peer-timer");
        thread.setDaemon(true);
        timingThread = thread;
        return thread;
    }

    private void follow() {
        if (stopped) {
            return;
        }
        try {
            if (trust.follow()) {
                renewSecureConnections();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The certificates for peers could not be looked at; they are looked at again.", e);
        } finally {
            timer.schedule(this::follow, FOLLOW.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    Executor executor() {
        return threads;
    }

    Outside outside() {
        return outside;
    }

    long nanos() {
        return outside.nanos().getAsLong();
    }

    /** Has a task run that is quickly done. */
    void later(Runnable task, long nanos) {
        timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    Trust trust() {
        return trust;
    }

    ByteBufferPool buffers() {
        return buffers;
    }

    RetainableByteBuffer.Mutable input() {
        return buffers.acquire(INPUT_BYTES, false);
    }

    /** Counts the changes of certificates. */
    int generation() {
        return generation.get();
    }

    /** Has calls to come use connections made with the certificates now in force. */
    void renewSecureConnections() {
        generation.incrementAndGet();
        pool.close(PeerAddress::tls);
    }

    Call send(Exchange exchange) {
        open.add(exchange);
        if (!exchange.begin(nanos(), () -> ended(exchange))) {
            open.remove(exchange); // given up before it was sent
            return exchange;
        }
        if (stopped) {
            exchange.fail(Refusals.stopping(exchange.peer()));
            return exchange;
        }
        PeerConnection idle = pool.take(new Pool.Kind(exchange.peer(), exchange.isControl()));
        if (idle == null) {
            dialer.connect(exchange);
        } else {
            idle.carry(exchange, true);
        }
        return exchange;
    }

    /** Takes a connection back that carries no call any more. */
    void idle(PeerConnection connection) {
        if (!serves(connection) || !pool.give(connection)) {
            connection.close();
        } else if (!serves(connection) && forget(connection)) {
            connection.close();
        }
    }

    private boolean serves(PeerConnection connection) {
        return !stopped
                && connection.getEndPoint().isOpen()
                && (!connection.kind().peer().tls() || connection.generation() == generation());
    }

    /** Takes a connection out of the pool; false if it is not there. */
    boolean forget(PeerConnection connection) {
        return pool.remove(connection);
    }

    /**
     * A call's connection has ended.
     *
     * @param cause null: the peer has closed it
     * @param again whether it may be tried again
     */
    void lost(Exchange exchange, @Nullable Throwable cause, boolean again) {
        if (again && !stopped && exchange.repeat(nanos() - FRESH_NANOS)) {
            dialer.connect(exchange);
        } else {
            exchange.fail(stopped ? Refusals.stopping(exchange.peer()) : Refusals.lost(exchange.peer(), cause));
        }
    }

    private void ended(Exchange exchange) {
        open.remove(exchange);
        if (stopped) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Fails the calls that may wait for an item, lets the others finish, for a short time, and ends. */
    void stop() {
        stopped = true;
        pool.close(peer -> true);
        open.stream()
                .filter(Exchange::isPatient)
                .forEach(exchange -> exchange.fail(Refusals.stopping(exchange.peer())));
        awaitTheRest();
        open.forEach(exchange -> exchange.fail(Refusals.stopping(exchange.peer())));
        dialer.stop();
        try {
            selectors.stop();
            timer.stop();
            stopTiming();
            threads.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("The transport to peers did not stop cleanly.", e);
        }
        buffers.clear();
    }

    /** Ends the timer's thread itself: an executor that has ended may still have one for an instant. */
    private void stopTiming() throws InterruptedException {
        timing.shutdownNow();
        Thread last = timingThread;
        if (last != null) {
            last.join(GRACE.toMillis());
        }
    }

    private synchronized void awaitTheRest() {
        long end = System.nanoTime() + GRACE.toNanos();
        try {
            for (long left = GRACE.toNanos(); left > 0 && !open.isEmpty(); left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
