package org.cachemanager.endpoint.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.cachemanager.endpoint.http.internal.InputBuffers.InputBuffer;
import org.junit.Test;

public class InputBuffersTest {

    private static final int BYTES = 1024;

    private final InputBuffers buffers = new InputBuffers(BYTES);

    @Test
    public void rest_unusedBuffer_givesItsMemoryBack() {
        InputBuffer buffer = (InputBuffer) buffers.acquire(BYTES, false);
        assertThat(buffer.getByteBuffer().hasRemaining()).isFalse();
        buffer.rest();

        assertThat(buffer.isResting()).isTrue();
        assertThat(buffer.release()).isTrue();
    }

    @Test
    public void rest_bufferThatWasReleased_doesNotGiveItsMemoryBackTwice() {
        InputBuffer buffer = (InputBuffer) buffers.acquire(BYTES, false);
        assertThat(buffer.getByteBuffer().hasRemaining()).isFalse();
        assertThat(buffer.release()).isTrue();
        buffer.rest();

        assertThat(buffer.isResting()).isTrue();
    }

    @Test
    public void rest_bufferOfWhichAPartIsHeld_keepsItsMemory() {
        InputBuffer buffer = (InputBuffer) buffers.acquire(BYTES, false);
        assertThat(buffer.getByteBuffer().hasRemaining()).isFalse();
        buffer.retain();
        buffer.rest();
        assertThat(buffer.isResting()).isFalse();
        assertThat(buffer.release()).isFalse();
        buffer.rest();

        assertThat(buffer.isResting()).isTrue();
    }
}
