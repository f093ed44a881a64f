package org.cachemanager.shell;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The client's end of the door: a session in a running node's shell. Plain Java: needs nothing besides this bundle.
 *
 * <p>One thread at a time executes and completes; {@link #interrupt()} may come from any other.
 */
public final class DoorClient implements AutoCloseable {

    private final SocketChannel channel;
    private final Object writing = new Object();

    private DoorClient(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * A word that may stand at the cursor.
     *
     * @param word the whole word
     * @param meaning what it means; may be empty
     */
    public record Candidate(String word, String meaning) {}

    /**
     * Connects to the node of a base directory.
     *
     * @throws IOException if no node runs there, or it refuses; a {@link RefusedException} says why it does
     */
    public static DoorClient connect(Path base) throws IOException {
        DoorClient client = new DoorClient(DoorSocket.connect(base));
        try {
            Frame hello = client.next();
            if (hello.kind() != Frame.Kind.HELLO) {
                throw new RefusedException(hello.text());
            }
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** A node is there but lets this client not in. */
    public static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Executes a line and returns when it is done.
     *
     * @param out receives what it prints, as it comes
     * @param err receives what it says of failures
     * @return 0 when the command succeeded
     * @throws IOException if the node went away meanwhile
     */
    public int execute(String line, OutputStream out, OutputStream err) throws IOException {
        send(Frame.of(Frame.Kind.EXECUTE, line));
        while (true) {
            Frame frame = next();
            switch (frame.kind()) {
                case OUT -> writeAndFlush(out, frame);
                case ERR -> writeAndFlush(err, frame);
                case DONE -> {
                    return frame.payload()[0];
                }
                default -> throw new IOException("The node answered something else: " + frame.kind());
            }
        }
    }

    private static void writeAndFlush(OutputStream stream, Frame frame) throws IOException {
        stream.write(frame.payload());
        stream.flush();
    }

    /**
     * The words that may stand at the end of a line.
     *
     * @param line what stands before the cursor
     */
    public List<Candidate> complete(String line) throws IOException {
        send(Frame.of(Frame.Kind.COMPLETE, line));
        return next().text()
                .lines()
                .map(candidate -> candidate.split("\t", 2))
                .map(parts -> new Candidate(parts[0], parts.length > 1 ? parts[1] : ""))
                .toList();
    }

    /** Interrupts the command that runs; nothing happens when none does. */
    public void interrupt() throws IOException {
        send(Frame.of(Frame.Kind.INTERRUPT, ""));
    }

    private void send(Frame frame) throws IOException {
        if (frame.payload().length > Frame.MOST_BYTES) {
            throw new IOException("A line may have " + Frame.MOST_BYTES + " bytes at the most.");
        }
        synchronized (writing) {
            frame.write(channel);
        }
    }

    private Frame next() throws IOException {
        Frame frame = Frame.read(channel);
        if (frame == null) {
            throw new EOFException("The node has closed the session: it stops, or was stopped.");
        }
        return frame;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
