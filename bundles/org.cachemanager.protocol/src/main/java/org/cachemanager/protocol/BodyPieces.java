package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/**
 * A large body as it grows, in pieces of {@value #PIECE_BYTES} bytes, so that no array need be as long as the body.
 * Used by one thread at a time.
 */
public final class BodyPieces implements Body {

    /** The bytes of every piece but the last. */
    public static final int PIECE_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 4 * 1024;

    private final List<byte[]> pieces = new ArrayList<>(1);
    private int expected = FIRST_BYTES;
    private long length;
    private int utf8 = Utf8.WHOLE;

    /**
     * Says how many bytes will come, so that a small body has its room at once. Before the first; negative: who knows.
     */
    public void expect(long bytes) {
        expected = bytes < 0 ? FIRST_BYTES : (int) Math.min(PIECE_BYTES, bytes);
    }

    /** Adds what remains of a buffer; copied. */
    public void append(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte[] piece = roomFor(bytes.remaining());
            int at = (int) (length % PIECE_BYTES);
            int count = Math.min(bytes.remaining(), piece.length - at);
            bytes.get(piece, at, count);
            utf8 = Utf8.check(utf8, piece, at, count);
            length += count;
        }
    }

    /** The piece that the next byte goes to. The last one grows, so that a small body takes little. */
    private byte[] roomFor(int bytes) {
        int used = (int) (length % PIECE_BYTES);
        if (used == 0) {
            byte[] piece = new byte[Math.min(PIECE_BYTES, Math.max(expected, bytes))];
            pieces.add(piece);
            return piece;
        }
        int last = pieces.size() - 1;
        byte[] piece = pieces.get(last);
        if (used == piece.length) {
            piece = Arrays.copyOf(piece, Math.min(PIECE_BYTES, Math.max(2 * used, used + bytes)));
            pieces.set(last, piece);
        }
        return piece;
    }

    /** All bytes in one array, from its begin on; null if they lie in several. */
    byte @Nullable [] single() {
        return pieces.size() == 1 ? pieces.get(0) : null;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public byte at(long position) {
        return pieces.get((int) (position / PIECE_BYTES))[(int) (position % PIECE_BYTES)];
    }

    @Override
    public int utf8() {
        return utf8;
    }

    @Override
    public JsonParser parser(JsonFactory factory) throws IOException {
        return pieces.size() == 1
                ? factory.createParser(pieces.get(0), 0, (int) length)
                : factory.createParser(new Stream());
    }

    @Override
    public @Nullable Text text(JsonParser parser, int most) throws IOException {
        Text text = Text.of(parser.getText());
        return text.length() > most ? null : text;
    }

    @Override
    public Data part(long from, long to) {
        int first = (int) (from / PIECE_BYTES);
        int last = (int) (Math.max(from, to - 1) / PIECE_BYTES);
        if (first == last) {
            return Data.of(pieces.get(first), (int) (from % PIECE_BYTES), (int) (to - from));
        }
        return new Part(pieces.subList(first, last + 1), (int) (from % PIECE_BYTES), (int) (to - from));
    }

    /** Bytes over several pieces. */
    private record Part(List<byte[]> arrays, int offset, int length) implements Data {

        @Override
        public int pieces() {
            return arrays.size();
        }

        @Override
        public ByteBuffer piece(int index) {
            Objects.checkIndex(index, arrays.size());
            int from = index == 0 ? offset : 0;
            int to = (int) Math.min(PIECE_BYTES, (long) offset + length - (long) index * PIECE_BYTES);
            return ByteBuffer.wrap(arrays.get(index), from, to - from).slice();
        }
    }

    /** All pieces, one after the other. */
    private final class Stream extends InputStream {

        private long at;

        @Override
        public int read() {
            return at == length ? -1 : BodyPieces.this.at(at++) & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int most) {
            if (at == length) {
                return -1;
            }
            int from = (int) (at % PIECE_BYTES);
            int count = (int) Math.min(Math.min(most, PIECE_BYTES - from), length - at);
            System.arraycopy(pieces.get((int) (at / PIECE_BYTES)), from, target, offset, count);
            at += count;
            return count;
        }
    }
}
