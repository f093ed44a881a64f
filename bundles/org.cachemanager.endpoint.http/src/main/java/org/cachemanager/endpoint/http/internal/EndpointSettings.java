package org.cachemanager.endpoint.http.internal;

import java.time.Duration;

/**
 * Where an endpoint listens, and how long it has patience.
 *
 * @param host the address to listen on
 * @param port 0: one that is free
 * @param idle how long a connection may be silent, unless its request waits for an item
 * @param bodyPace how long a body may take for each {@link Upload#PACE_BYTES} bytes
 */
record EndpointSettings(String host, int port, Duration idle, Duration bodyPace) {

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration BODY_PACE = Duration.ofSeconds(30);

    static EndpointSettings of(String host, int port) {
        return new EndpointSettings(host, port, IDLE, BODY_PACE);
    }
}
