package org.cachemanager.endpoint.http.internal;

import org.eclipse.jetty.server.Request;

/** Which connections are to end with their next answer: all of an endpoint that ends, or those of a time before. */
final class Farewell {

    private volatile long beforeMillis = Long.MIN_VALUE;

    /** From now on those that were opened until now. */
    void toThoseHere() {
        beforeMillis = Math.max(beforeMillis, System.currentTimeMillis() + 1);
    }

    /** From now on all. */
    void toAll() {
        beforeMillis = Long.MAX_VALUE;
    }

    boolean isFor(Request request) {
        long before = beforeMillis;
        return before != Long.MIN_VALUE
                && request.getConnectionMetaData().getConnection().getCreatedTimeStamp() < before;
    }
}
