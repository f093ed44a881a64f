package org.cachemanager.storage.offheap.internal;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.cachemanager.api.storage.StorageFullException;

/**
 * Memory outside the heap, within what the JVM allows for direct buffers, a reserve left to others.
 *
 * <p>It is refused before the JVM is asked: at its limit the JVM would collect all garbage and wait half a second, each
 * time, in the hope that somebody has forgotten a buffer. And newer JVMs don't count the memory of
 * {@code java.lang.foreign}; here it counts.
 */
final class DirectMemory {

    private final NativeBlocks blocks;
    private final LongSupplier used;
    private final long most;
    private final AtomicLong uncounted = new AtomicLong();
    private volatile boolean counted = true;
    private volatile long reserve;

    /** A part of it. */
    record Block(ByteBuffer bytes, Runnable giveBack) {}

    /**
     * @param used what the JVM counts of it, taken by anybody
     * @param most how much there may be, in bytes
     * @param reserve how much of that is left to others
     */
    DirectMemory(LongSupplier used, long most, long reserve) {
        this.blocks = NativeBlocks.ofThisJvm();
        this.used = used;
        this.most = most;
        this.reserve = reserve;
    }

    /** That of this JVM. */
    static DirectMemory ofThisJvm(long reserve) {
        DirectMemory memory = new DirectMemory(pool()::getTotalCapacity, JvmLimit.directBytes(), reserve);
        memory.findOutWhetherItIsCounted();
        return memory;
    }

    private static BufferPoolMXBean pool() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(bean -> bean.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
    }

    private void findOutWhetherItIsCounted() {
        long before = used.getAsLong();
        Block block = blocks.take(Chunks.BYTES);
        counted = used.getAsLong() >= before + Chunks.BYTES;
        block.giveBack.run();
    }

    void reserve(long bytes) {
        reserve = bytes;
    }

    /** The bytes that are taken here and that the JVM does not count. */
    long uncounted() {
        return uncounted.get();
    }

    Block take(int bytes) throws StorageFullException {
        if (used.getAsLong() + uncounted.get() + bytes > most - reserve) {
            throw full();
        }
        try {
            Block block = blocks.take(bytes);
            uncounted.addAndGet(counted ? 0 : bytes);
            return block;
        } catch (OutOfMemoryError e) {
            throw full();
        }
    }

    private StorageFullException full() {
        return new StorageFullException(String.format(
                "The JVM allows %d MB outside the heap, %d MB of which are left to others, and the rest is taken:"
                        + " raise -XX:MaxDirectMemorySize or lower max_cache_size.",
                most >> 20, reserve >> 20));
    }

    void giveBack(Block block) {
        int bytes = block.bytes.capacity();
        block.giveBack.run();
        uncounted.addAndGet(counted ? 0 : -bytes);
    }
}
