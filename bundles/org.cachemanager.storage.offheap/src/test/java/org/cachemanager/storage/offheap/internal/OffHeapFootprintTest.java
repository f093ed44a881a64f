package org.cachemanager.storage.offheap.internal;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.testkit.FootprintContract;

public class OffHeapFootprintTest extends FootprintContract {

    private final DirectMemory memory = DirectMemory.ofThisJvm(0);

    @Override
    protected StorageEngine newEngine() {
        return new OffHeapStorage(memory, 0);
    }

    @Override
    protected long usedBytes() {
        long outside = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return super.usedBytes() + outside + memory.uncounted();
    }
}
