package org.cachemanager.endpoint.http.internal;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's buffers: few are kept when nobody uses them, and those that requests are read into can rest.
 *
 * <p>Jetty keeps the buffer of a request until it is answered. A parked one needs none: it would be most of what a
 * waiter costs.
 */
final class InputBuffers extends ByteBufferPool.Wrapper {

    private static final long KEPT_HEAP_BYTES = 4L << 20;
    private static final long KEPT_DIRECT_BYTES = 16L << 20;

    private static final ThreadLocal<@Nullable InputBuffer> LAST_USED = new ThreadLocal<>();

    private final int inputBytes;

    /** @param inputBytes the size of the buffers that requests are read into, which lie in the heap */
    InputBuffers(int inputBytes) {
        super(new ArrayByteBufferPool(0, -1, -1, Integer.MAX_VALUE, KEPT_HEAP_BYTES, KEPT_DIRECT_BYTES));
        this.inputBytes = inputBytes;
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        return size == inputBytes && !direct ? new InputBuffer() : getWrapped().acquire(size, direct);
    }

    /**
     * The buffer that this thread used last: in a handler, that of its request, which was parsed from it just before.
     */
    static @Nullable InputBuffer lastUsed() {
        return LAST_USED.get();
    }

    /** A buffer whose memory is there only while something is in it. Used by one thread at a time. */
    final class InputBuffer extends RetainableByteBuffer.Wrapper {

        private @Nullable RetainableByteBuffer memory;

        InputBuffer() {
            super(RetainableByteBuffer.EMPTY);
        }

        /** Gives the memory back, unless something is in it or somebody holds a part. It comes back when it is used. */
        void rest() {
            RetainableByteBuffer idle = memory;
            if (idle != null && !idle.isRetained() && !idle.hasRemaining()) {
                memory = null;
                idle.release();
            }
        }

        boolean isResting() {
            return memory == null;
        }

        @Override
        public RetainableByteBuffer getWrapped() {
            RetainableByteBuffer now = memory;
            if (now == null) {
                now = InputBuffers.this.getWrapped().acquire(inputBytes, false);
                memory = now;
            }
            return now;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            LAST_USED.set(this);
            return super.getByteBuffer();
        }

        @Override
        public boolean isRetained() {
            return memory != null && super.isRetained();
        }

        @Override
        public boolean hasRemaining() {
            return memory != null && super.hasRemaining();
        }

        /** Behind its last release the memory is the pool's again: there is nothing left to {@link #rest}. */
        @Override
        public boolean release() {
            if (memory == null) {
                return true;
            }
            boolean last = super.release();
            if (last) {
                memory = null;
            }
            return last;
        }
    }
}
