package org.cachemanager.api.storage;

/** There is no memory for an item; nothing was kept of it. */
public class StorageFullException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message what there was no memory for; never holds a key or data */
    public StorageFullException(String message) {
        super(message);
    }
}
