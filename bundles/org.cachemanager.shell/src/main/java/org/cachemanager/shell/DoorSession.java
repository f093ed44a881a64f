package org.cachemanager.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session: reads its messages on one thread, runs its command on another, writes on a third.
 *
 * <p>A command never writes to the socket itself: interrupting a thread inside {@link SocketChannel#write} closes the
 * channel, and interrupting a command must leave its session open. The queue to the writer is bounded, so a client that
 * does not read holds up its own command and nothing else.
 *
 * <p>After an interruption Gogo's session is replaced by a new one with the same variables. It can't be gone on with:
 * its channels are closed for good when a thread is interrupted as it prints, and a job that is interrupted before it
 * begins stays in the foreground for ever. Nor does a command that ignores the interruption print into the next one's
 * output.
 */
final class DoorSession implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.shell");
    private static final String PROTOCOL = "1";
    private static final int QUEUED_FRAMES = 64;
    private static final int CHUNK_BYTES = 16 * 1024;

    private final SocketChannel channel;
    private final Completion completion;
    private final Executor threads;
    private final BlockingQueue<Frame> outgoing = new ArrayBlockingQueue<>(QUEUED_FRAMES);
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Object interrupting = new Object();
    private final CommandProcessor processor;
    private @Nullable Thread executing;
    private boolean interrupted;
    private volatile Shell shell;

    DoorSession(SocketChannel channel, CommandProcessor processor, Completion completion, Executor threads) {
        this.channel = channel;
        this.completion = completion;
        this.threads = threads;
        this.processor = processor;
        this.shell = new Shell(processor);
        shell.session.put("SCOPE", "cache:*");
    }

    /** Serves the client until it leaves. */
    void serve() {
        try {
            outgoing.add(Frame.of(Frame.Kind.HELLO, PROTOCOL));
            threads.execute(this::writeFrames);
            for (Frame frame = Frame.read(channel); frame != null; frame = Frame.read(channel)) {
                receive(frame);
            }
        } catch (IOException e) {
            LOG.debug("A shell session ended: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void receive(Frame frame) throws IOException, InterruptedException {
        switch (frame.kind()) {
            case EXECUTE -> {
                if (!busy.compareAndSet(false, true)) {
                    throw new IOException("A line came while another one runs.");
                }
                threads.execute(() -> execute(frame.text()));
            }
            case COMPLETE ->
                outgoing.put(Frame.of(
                        Frame.Kind.COMPLETIONS, String.join("\n", completion.candidates(shell.session, frame.text()))));
            case INTERRUPT -> interrupt();
            default -> throw new IOException("A client does not send " + frame.kind() + ".");
        }
    }

    private void writeFrames() {
        try {
            while (!closed.get()) {
                outgoing.take().write(channel);
            }
        } catch (IOException e) {
            LOG.debug("A shell session's client does not read: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void execute(String line) {
        byte status = 1;
        executedBy(Thread.currentThread());
        try {
            CommandSession session = shell.session;
            Object result = session.execute(line);
            if (result != null) {
                CharSequence text = result instanceof CharSequence s ? s : session.format(result, Converter.INSPECT);
                print(Frame.Kind.OUT, text.toString());
            }
            status = 0;
        } catch (CommandNotFoundException e) {
            print(Frame.Kind.ERR, completion.notFound(shell.session, e.getCommand()));
        } catch (InterruptedException e) {
            print(Frame.Kind.ERR, "Interrupted.");
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.debug("A shell command failed: {}", line, e);
            print(Frame.Kind.ERR, Answer.messageOf(e));
        } finally {
            if (executedBy(null)) {
                renew();
            }
            done(status);
        }
    }

    /**
     * Notes who executes, so that an interruption meets the command it is for or none: not what its thread does next.
     *
     * @return whether what was executed until now was interrupted
     */
    private boolean executedBy(@Nullable Thread thread) {
        synchronized (interrupting) {
            boolean was = interrupted;
            interrupted = false;
            executing = thread;
            return was;
        }
    }

    private void renew() {
        Shell old = shell;
        try {
            Shell renewed = new Shell(processor);
            renewed.takeOver(old);
            shell = renewed;
        } catch (IllegalStateException e) {
            LOG.debug("Gogo has stopped: {}", e.toString());
            close();
        } finally {
            old.close();
        }
        if (closed.get()) {
            shell.close();
        }
    }

    private void print(Frame.Kind kind, String text) {
        String line = text.endsWith("\n") ? text : text + "\n";
        try (Outlet outlet = new Outlet(kind)) {
            outlet.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("A shell session's client is gone: {}", e.toString());
        }
    }

    private void done(byte status) {
        boolean late = Thread.interrupted();
        busy.set(false);
        try {
            outgoing.put(new Frame(Frame.Kind.DONE, new byte[] {status}));
        } catch (InterruptedException e) {
            LOG.debug("A shell session was closed before its command was done; interrupted before: {}", late);
        }
    }

    private void interrupt() {
        synchronized (interrupting) {
            if (executing != null) {
                interrupted = true;
                executing.interrupt();
            }
        }
    }

    /** Ends the session, from any thread: its command is interrupted, its threads end. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A shell session's socket did not close: {}", e.toString());
        }
        outgoing.clear();
        outgoing.offer(Frame.of(Frame.Kind.OUT, ""));
        interrupt();
        shell.close();
    }

    /** Gogo's session and what it prints to. */
    private final class Shell {

        private final Outlet out = new Outlet(Frame.Kind.OUT);
        private final Outlet err = new Outlet(Frame.Kind.ERR);
        private final CommandSession session;

        Shell(CommandProcessor processor) {
            session = processor.createSession(InputStream.nullInputStream(), out, err);
        }

        void takeOver(Shell old) {
            if (old.session.get(".variables") instanceof Collection<?> names) {
                for (Object name : names) {
                    session.put(name.toString(), old.session.get(name.toString()));
                }
            }
        }

        /** Interrupts what still runs in it, and what that prints from now on is dropped. */
        void close() {
            out.close();
            err.close();
            session.close();
        }
    }

    /** A stream whose bytes become frames to the client. */
    private final class Outlet extends OutputStream {

        private final Frame.Kind kind;
        private volatile boolean shut;

        Outlet(Frame.Kind kind) {
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int at = offset; at < offset + length; at += CHUNK_BYTES) {
                int end = Math.min(offset + length, at + CHUNK_BYTES);
                put(new Frame(kind, Arrays.copyOfRange(bytes, at, end)));
            }
        }

        private void put(Frame frame) throws IOException {
            if (shut || closed.get()) {
                throw new IOException("The client is gone.");
            }
            try {
                outgoing.put(frame);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }

        @Override
        public void close() {
            shut = true;
        }
    }
}
