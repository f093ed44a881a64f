package org.cachemanager.storage.offheap.internal;

import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.testkit.StorageEngineContract;

public class OffHeapStorageTest extends StorageEngineContract {

    @Override
    protected StorageEngine newEngine() {
        return new OffHeapStorage(DirectMemory.ofThisJvm(0), 1);
    }
}
