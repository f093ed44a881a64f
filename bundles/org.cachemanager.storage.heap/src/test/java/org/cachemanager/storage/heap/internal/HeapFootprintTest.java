package org.cachemanager.storage.heap.internal;

import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.testkit.FootprintContract;

public class HeapFootprintTest extends FootprintContract {

    @Override
    protected StorageEngine newEngine() {
        return new HeapStorage();
    }
}
