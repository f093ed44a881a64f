package org.cachemanager.log.internal;

/**
 * How loggers are named in the log: all begin with {@code cachemanager}, behind the operator's prefix if there is one.
 */
final class LoggerNames {

    private static final String PRODUCT = "cachemanager";

    private final String prefix;

    /**
     * Makes names.
     *
     * @param prefix without the dot after it; empty: none
     */
    LoggerNames(String prefix) {
        this.prefix = prefix;
    }

    /** The name shown for a logger; that of the product itself is the prefix alone. */
    String shown(String logger) {
        if (prefix.isEmpty()) {
            return withProduct(logger);
        }
        return logger.equals(PRODUCT) ? prefix : prefix + '.' + withProduct(logger);
    }

    private static String withProduct(String logger) {
        return logger.startsWith(PRODUCT) ? logger : PRODUCT + '.' + logger;
    }
}
