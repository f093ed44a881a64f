package org.cachemanager.shell;

import java.io.File;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.felix.service.command.CommandProcessor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the operating system user of this node, and nobody else, into its shell: by {@link DoorSocket}. */
@Component(
        service = {},
        immediate = true)
public final class Door {

    /** How many clients may be in at once. */
    static final int MOST_SESSIONS = 16;

    private static final long PAUSE_MILLIS = 200;

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.shell");

    private final @Nullable Path base;
    private final CommandProcessor processor;
    private final Completion completion;
    private final Set<DoorSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(this::thread);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable DoorSocket socket;

    @Activate
    public Door(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference Node node,
            @Reference CacheCommands commands) {
        this(base(context), processor, new Completion(node, commands));
    }

    Door(@Nullable Path base, CommandProcessor processor, Completion completion) {
        this.base = base;
        this.processor = processor;
        this.completion = completion;
    }

    private static @Nullable Path base(BundleContext context) {
        String configured = context.getProperty("cachemanager.base");
        if (configured != null) {
            return Path.of(configured);
        }
        File own = context.getDataFile("");
        return own == null ? null : own.toPath();
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "cachemanager-shell-" + threadNumber.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Opens the socket. When that fails the node runs on without, and the log says why. */
    @Activate
    void open() {
        if (base == null) {
            LOG.warn("No shell socket: cachemanager.base is not set and this framework has no storage.");
            return;
        }
        try {
            Files.createDirectories(base);
            DoorSocket opened = DoorSocket.open(base);
            socket = opened;
            threads.execute(() -> accept(opened::accept, client -> admit(opened, client)));
            LOG.debug("The shell listens on {}", opened.path());
        } catch (IOException | RuntimeException e) {
            LOG.error("No shell socket in {}, so console and exec can't reach this node: {}", base, e.getMessage(), e);
        }
    }

    /** Where clients come in. */
    @FunctionalInterface
    interface Entrance {
        SocketChannel await() throws IOException;
    }

    /** Takes clients in until the door is closed: when none can be had, such as for want of file handles, later. */
    void accept(Entrance entrance, Consumer<SocketChannel> inside) {
        boolean failing = false;
        while (true) {
            try {
                SocketChannel client = entrance.await();
                failing = false;
                threads.execute(() -> inside.accept(client));
            } catch (ClosedChannelException | RejectedExecutionException e) {
                return;
            } catch (IOException e) {
                if (!failing) {
                    LOG.error("The shell socket takes no clients just now, and tries again: {}", e.toString());
                    failing = true;
                }
                if (closedWithin(PAUSE_MILLIS)) {
                    return;
                }
            }
        }
    }

    private boolean closedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void admit(DoorSocket opened, SocketChannel client) {
        try (client) {
            if (!opened.isOwner(client)) {
                refuse(client, "This node runs as " + opened.owner() + "; use its shell as that user.");
            } else {
                serve(client);
            }
        } catch (IOException e) {
            LOG.debug("A shell client left at the door: {}", e.toString());
        }
    }

    private void serve(SocketChannel client) throws IOException {
        DoorSession session = new DoorSession(client, processor, completion, threads);
        try {
            if (!enter(session)) {
                refuse(client, MOST_SESSIONS + " shell sessions are open already; close one.");
                return;
            }
            session.serve();
        } finally {
            sessions.remove(session);
            session.close();
        }
    }

    private synchronized boolean enter(DoorSession session) {
        return socket != null && sessions.size() < MOST_SESSIONS && sessions.add(session);
    }

    private static void refuse(SocketChannel client, String why) throws IOException {
        Frame.of(Frame.Kind.REFUSED, why).write(client);
    }

    /** Closes the socket and every session; nothing of them is left. */
    @Deactivate
    void close() {
        closed.countDown();
        DoorSocket open = closeToNewcomers();
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            LOG.warn("The shell socket {} is left behind: {}", base, e.getMessage());
        }
        sessions.forEach(DoorSession::close);
        threads.shutdownNow();
    }

    private synchronized @Nullable DoorSocket closeToNewcomers() {
        DoorSocket open = socket;
        socket = null;
        return open;
    }
}
