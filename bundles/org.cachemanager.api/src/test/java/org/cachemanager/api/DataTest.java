package org.cachemanager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.Test;

public class DataTest {

    private static final byte[] BYTES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    /** A value that has no more than it must. */
    private record Pieces(List<ByteBuffer> buffers) implements Data {

        @Override
        public int length() {
            return buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        }

        @Override
        public int pieces() {
            return buffers.size();
        }

        @Override
        public ByteBuffer piece(int index) {
            return buffers.get(index).duplicate();
        }
    }

    @Test
    public void toByteArray_severalPieces_joinsThem() {
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(BYTES, 2, 3).flip();
        Data data = new Pieces(List.of(
                ByteBuffer.wrap(BYTES, 0, 2),
                direct,
                ByteBuffer.allocate(0),
                ByteBuffer.wrap(BYTES, 5, 5).asReadOnlyBuffer()));
        assertThat(data.toByteArray()).isEqualTo(BYTES);
        byte[] target = new byte[12];
        data.copyTo(target, 2);
        assertThat(target).startsWith(0, 0, 0, 1, 2).endsWith(8, 9);
        assertThat(data.toByteArray()).as("read again").isEqualTo(BYTES);
    }

    @Test
    public void of_partOfAnArray_isThatPart() {
        Data data = Data.of(BYTES, 3, 4);
        assertThat(data.length()).isEqualTo(4);
        assertThat(data.pieces()).isEqualTo(1);
        assertThat(data.toByteArray()).containsExactly(3, 4, 5, 6);
        byte[] target = new byte[6];
        data.copyTo(target, 1);
        assertThat(target).containsExactly(0, 3, 4, 5, 6, 0);
    }

    @Test
    public void copyTo_partOfIt_stopsWhereEitherEnds() {
        Data pieces =
                new Pieces(List.of(ByteBuffer.wrap(BYTES, 0, 2), ByteBuffer.allocate(0), ByteBuffer.wrap(BYTES, 2, 8)));
        for (Data data :
                List.of(pieces, Data.of(BYTES), Data.of(new byte[] {9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0}, 1, 10))) {
            for (int from = 0; from <= BYTES.length; from++) {
                for (int room = 0; room <= BYTES.length + 1; room++) {
                    ByteBuffer target = ByteBuffer.allocate(room + 3).position(3);
                    data.copyTo(from, target);
                    int copied = Math.min(room, BYTES.length - from);
                    assertThat(target.position()).isEqualTo(3 + copied);
                    assertThat(target.flip().position(3)).isEqualTo(ByteBuffer.wrap(BYTES, from, copied));
                }
            }
            for (int outside : new int[] {-1, BYTES.length + 1}) {
                assertThatThrownBy(() -> data.copyTo(outside, ByteBuffer.allocate(1)))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    public void of_noBytes_isOneEmptyPiece() {
        for (Data data : List.of(Data.of(new byte[0]), Data.of(BYTES, 10, 0), Data.of(BYTES, 0, 0))) {
            assertThat(data.length()).isZero();
            assertThat(data.pieces()).isEqualTo(1);
            assertThat(data.piece(0).hasRemaining()).isFalse();
            assertThat(data.toByteArray()).isEmpty();
        }
    }

    @Test
    public void piece_askedTwice_isAnotherBufferEachTime() {
        Data data = Data.of(BYTES, 2, 5);
        ByteBuffer first = data.piece(0);
        first.position(first.limit());
        ByteBuffer second = data.piece(0);
        byte[] read = new byte[second.remaining()];
        second.get(read);
        assertThat(read).containsExactly(2, 3, 4, 5, 6);
    }

    @Test
    public void piece_outsideTheValue_isRefused() {
        Data data = Data.of(BYTES);
        assertThatThrownBy(() -> data.piece(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> data.piece(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    public void of_partOutsideTheArray_isRefused() {
        for (int[] part : new int[][] {{-1, 2}, {0, 11}, {10, 1}, {5, Integer.MAX_VALUE}, {11, 0}, {0, -1}}) {
            assertThatThrownBy(() -> Data.of(BYTES, part[0], part[1]))
                    .as("%d, %d", part[0], part[1])
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
