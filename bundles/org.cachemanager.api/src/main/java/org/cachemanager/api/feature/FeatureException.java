package org.cachemanager.api.feature;

/** A feature can't be installed, updated or removed; all is as it was before. The message says what to do. */
public class FeatureException extends Exception {

    private static final long serialVersionUID = 1L;

    public FeatureException(String message) {
        super(message);
    }

    public FeatureException(String message, Throwable cause) {
        super(message, cause);
    }
}
