package org.cachemanager.protocol.tls;

import java.io.IOException;

/** A PEM file can't be used; the message names the file and what to do, and shows nothing of what it holds. */
public final class PemException extends IOException {

    private static final long serialVersionUID = 1L;

    PemException(String message) {
        super(message);
    }

    PemException(String message, Throwable cause) {
        super(message, cause);
    }
}
