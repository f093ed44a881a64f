package org.cachemanager.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Data;

/** A value in many pieces, as it comes from a socket: arrays and direct buffers in turn, empty ones among them. */
public final class PiecesData implements Data {

    private final List<ByteBuffer> pieces = new ArrayList<>();
    private final int length;

    /**
     * Cuts bytes, which are copied, into pieces.
     *
     * @param pieceBytes the length of a piece, 1 or more; the last one may be shorter
     */
    public PiecesData(byte[] bytes, int pieceBytes) {
        length = bytes.length;
        pieces.add(ByteBuffer.allocate(0));
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            int size = Math.min(pieceBytes, bytes.length - at);
            boolean direct = pieces.size() % 2 == 0;
            ByteBuffer piece = direct ? ByteBuffer.allocateDirect(size + 3) : ByteBuffer.allocate(size + 3);
            piece.position(1);
            piece.put(bytes, at, size).flip().position(1);
            pieces.add(piece.slice().asReadOnlyBuffer());
        }
        pieces.add(ByteBuffer.allocateDirect(0));
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public int pieces() {
        return pieces.size();
    }

    @Override
    public ByteBuffer piece(int index) {
        return pieces.get(index).duplicate();
    }
}
