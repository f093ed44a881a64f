package org.cachemanager.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Where the node is to serve, and whether it does: an endpoint that listens is a service of the framework. */
final class Endpoints {

    private static final String SCHEME = "cachemanager.endpoint.scheme";
    private static final String PORT = "cachemanager.endpoint.port";
    private static final String CACHE = "org.cachemanager.api.Cache";

    /** An endpoint that the settings ask for. */
    private record Wanted(String scheme, String host, int port) {}

    private final List<Wanted> wanted = new ArrayList<>();

    Endpoints(Settings settings) {
        Settings.HttpServer http = settings.httpServer();
        if (http.enabled()) {
            wanted.add(new Wanted("http", http.host(), http.port()));
        }
        Settings.HttpsServer https = settings.httpsServer();
        if (https.enabled()) {
            wanted.add(new Wanted("https", https.host(), https.port()));
        }
    }

    /** Finds out before anything is started whether an address is taken. */
    void requireFree() throws LaunchException {
        for (Wanted endpoint : wanted) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.setReuseAddress(true);
                probe.bind(new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port()));
            } catch (IOException e) {
                throw new LaunchException(
                        endpoint.host() + ':' + endpoint.port() + " can't be listened on: " + e.getMessage()
                                + ". End what listens there, or choose another " + endpoint.scheme()
                                + "_server.port in the configuration (or CACHEMANAGER_"
                                + endpoint.scheme().toUpperCase(Locale.ROOT) + "_SERVER_PORT=...)",
                        e);
            }
        }
    }

    /**
     * Waits until the cache is there and everything listens that is to.
     *
     * @return the URLs of the endpoints
     */
    List<String> await(BundleContext context, Duration patience) throws LaunchException, InterruptedException {
        CountDownLatch served = new CountDownLatch(1);
        Runnable look = () -> {
            if (missing(context).isEmpty()) {
                served.countDown();
            }
        };
        AllServiceListener listener = event -> look.run();
        context.addServiceListener(listener);
        try {
            look.run();
            if (!served.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LaunchException(
                        "The node does not serve: no " + String.join(", no ", missing(context)) + ". The log says why");
            }
            return urls(context);
        } finally {
            context.removeServiceListener(listener);
        }
    }

    private List<String> missing(BundleContext context) {
        List<String> missing = new ArrayList<>();
        if (references(context, CACHE, null).length == 0) {
            missing.add("cache");
        }
        for (Wanted endpoint : wanted) {
            if (references(context, endpoint).length == 0) {
                missing.add("endpoint on " + endpoint.host() + ':' + endpoint.port());
            }
        }
        return missing;
    }

    private List<String> urls(BundleContext context) {
        List<String> urls = new ArrayList<>();
        for (Wanted endpoint : wanted) {
            String host =
                    switch (endpoint.host()) {
                        case "0.0.0.0" -> "127.0.0.1";
                        case "::" -> "::1";
                        default -> endpoint.host();
                    };
            for (ServiceReference<?> reference : references(context, endpoint)) {
                urls.add(endpoint.scheme() + "://" + (host.contains(":") ? '[' + host + ']' : host) + ':'
                        + reference.getProperty(PORT));
            }
        }
        return urls;
    }

    private static ServiceReference<?>[] references(BundleContext context, Wanted endpoint) {
        return references(context, InetSocketAddress.class.getName(), '(' + SCHEME + '=' + endpoint.scheme() + ')');
    }

    /** All of them: the launcher does not share the classes of bundles, and only counts. */
    private static ServiceReference<?>[] references(BundleContext context, String service, @Nullable String filter) {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(service, filter);
            return references == null ? new ServiceReference<?>[0] : references;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
