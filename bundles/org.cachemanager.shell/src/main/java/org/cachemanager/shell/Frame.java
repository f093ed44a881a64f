package org.cachemanager.shell;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message through the door: one byte that says what it is, four bytes of length (big-endian), and the payload.
 *
 * <p>The payload's array is not copied and must not be changed.
 */
final class Frame {

    /** The most bytes of payload that either side takes. */
    static final int MOST_BYTES = 1 << 20;

    private static final int HEADER_BYTES = 5;

    private final Kind kind;
    private final byte[] payload;

    Frame(Kind kind, byte[] payload) {
        this.kind = kind;
        this.payload = payload;
    }

    Kind kind() {
        return kind;
    }

    byte[] payload() {
        return payload;
    }

    /** What a message is, with the byte that stands for it. */
    enum Kind {
        /** To the node: a command line, in UTF-8. */
        EXECUTE('X'),
        /** To the node: a command line up to the cursor; {@link #COMPLETIONS} answers. */
        COMPLETE('C'),
        /** To the node: interrupt the command that runs. */
        INTERRUPT('I'),
        /** From the node, first of all: come in; the payload is the version of this protocol. */
        HELLO('H'),
        /** From the node, instead of hello: why not. The connection is closed then. */
        REFUSED('R'),
        /** From the node: a piece of standard output. */
        OUT('O'),
        /** From the node: a piece of standard error. */
        ERR('E'),
        /** From the node: the command is over; the payload is its exit status, one byte. */
        DONE('D'),
        /** From the node: one candidate a line, a tab between the word and what it means. */
        COMPLETIONS('L');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        private static Kind of(byte code) throws IOException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("The other end does not speak this protocol.");
        }
    }

    static Frame of(Kind kind, String text) {
        return new Frame(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * Reads the next message.
     *
     * @return null when the other end has closed in between two
     * @throws IOException if it closed inside one, or what came is none
     */
    static @Nullable Frame read(ReadableByteChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (!fill(channel, header)) {
            return null;
        }
        header.flip();
        Kind kind = Kind.of(header.get());
        int length = header.getInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IOException("A message through the door is over " + MOST_BYTES + " bytes.");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        if (length > 0 && !fill(channel, payload)) {
            throw new EOFException("The other end closed inside a message.");
        }
        return new Frame(kind, payload.array());
    }

    private static boolean fill(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                if (buffer.position() == 0) {
                    return false;
                }
                throw new EOFException("The other end closed inside a message.");
            }
        }
        return true;
    }

    void write(WritableByteChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        buffer.put(kind.code).putInt(payload.length).put(payload).flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
