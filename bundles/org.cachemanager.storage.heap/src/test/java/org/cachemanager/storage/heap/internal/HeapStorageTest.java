package org.cachemanager.storage.heap.internal;

import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.testkit.StorageEngineContract;

public class HeapStorageTest extends StorageEngineContract {

    @Override
    protected StorageEngine newEngine() {
        return new HeapStorage();
    }
}
