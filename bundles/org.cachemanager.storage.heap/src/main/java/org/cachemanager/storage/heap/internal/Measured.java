package org.cachemanager.storage.heap.internal;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Layout} of the JVM that runs this, found by allocating and asking how much was allocated.
 *
 * <p>Whether references and class pointers are compressed, how objects are aligned and how compact their headers are
 * depends on the JVM's version, collector, heap and options; what was measured follows them all.
 */
final class Measured {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.storage.heap");

    /** Enough that what the question itself may allocate vanishes in the mean. */
    private static final int SAMPLES = 256;

    private static final int MOST_ALIGNMENT = 256;

    private final ThreadMXBean threads;

    /** Keeps what is allocated reachable, so that no compiler can leave it out. */
    private final Object[] kept = new Object[SAMPLES];

    private Measured(ThreadMXBean threads) {
        this.threads = threads;
    }

    /** The layout of this JVM; where it can't be measured, the usual one. */
    static Layout layout() {
        try {
            if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                    && threads.isThreadAllocatedMemoryEnabled()) {
                return new Measured(threads).measure();
            }
        } catch (LinkageError | UnsupportedOperationException e) {
            LOG.debug("This JVM does not tell what is allocated.", e);
        }
        return Layout.USUAL;
    }

    private Layout measure() {
        int first = size(byte[]::new, 0);
        int length = 1;
        while (length < MOST_ALIGNMENT && size(byte[]::new, length) == first) {
            length++;
        }
        int alignment = size(byte[]::new, length) - first;
        int references = size(Object[]::new, MOST_ALIGNMENT) - size(Object[]::new, 0);
        return new Layout(
                first - (length - 1),
                Math.round((float) references / MOST_ALIGNMENT),
                alignment,
                size(n -> new ArrayItem(), 0),
                size(n -> new PieceItem(), 0));
    }

    private int size(IntFunction<Object> maker, int length) {
        fill(maker, length);
        long before = threads.getCurrentThreadAllocatedBytes();
        fill(maker, length);
        return (int) ((threads.getCurrentThreadAllocatedBytes() - before) / SAMPLES);
    }

    private void fill(IntFunction<Object> maker, int length) {
        for (int i = 0; i < SAMPLES; i++) {
            kept[i] = maker.apply(length);
        }
    }
}
