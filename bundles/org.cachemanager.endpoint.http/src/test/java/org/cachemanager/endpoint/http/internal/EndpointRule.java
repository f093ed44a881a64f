package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.time.Duration;
import org.junit.rules.ExternalResource;

/** An endpoint over a {@link FakeCache}, on a free port of the loopback, for one test. */
final class EndpointRule extends ExternalResource {

    final FakeCache cache = new FakeCache();
    final Services services = new Services();
    private final HttpEndpoint endpoint;

    EndpointRule(Duration idle, Duration bodyPace) {
        services.bind((org.cachemanager.api.Cache) cache);
        services.bind((org.cachemanager.api.encryption.Namespaces) cache);
        endpoint =
                new HttpEndpoint(new EndpointSettings("127.0.0.1", 0, idle, bodyPace), services, "Cache Manager 1.0.0");
    }

    EndpointRule() {
        this(Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    @Override
    protected void before() throws IOException {
        endpoint.start();
    }

    @Override
    protected void after() {
        endpoint.stop();
    }

    HttpEndpoint endpoint() {
        return endpoint;
    }

    RawClient client() throws IOException {
        return new RawClient(endpoint.address());
    }

    static String get(String key, String wait) {
        return "{\"namespace\":\"n\",\"key\":\"" + key + "\",\"max_wait_time\":" + wait + "}";
    }

    static String set(String key, String data) {
        return "{\"namespace\":\"n\",\"key\":\"" + key + "\",\"data\":\"" + data + "\",\"ttl\":60}";
    }
}
