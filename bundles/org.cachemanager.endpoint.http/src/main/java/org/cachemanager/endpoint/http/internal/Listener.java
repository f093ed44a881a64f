package org.cachemanager.endpoint.http.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.cachemanager.api.encryption.Namespaces;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An endpoint as its settings want it: opened when it may be, moved to another address without a failed call, its
 * certificates followed. What can't be done is told once and tried again; what served until then goes on.
 */
final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.endpoint.http");

    private final Services services;
    private final Upkeep upkeep;
    private final String product;
    private final Consumer<InetSocketAddress> announcement;
    private EndpointSettings wanted;
    private @Nullable HttpEndpoint endpoint;
    private @Nullable String complaint;
    private boolean closed;

    /**
     * A listener that does nothing yet.
     *
     * @param product the line that names the product and its version
     * @param announcement told where it listens, each time that changes
     */
    Listener(Services services, Upkeep upkeep, String product, Consumer<InetSocketAddress> announcement) {
        this.services = services;
        this.upkeep = upkeep;
        this.product = product;
        this.announcement = announcement;
        this.wanted = EndpointSettings.of("127.0.0.1", 0);
    }

    /** Takes settings over as far as it can now. */
    synchronized void apply(EndpointSettings settings) {
        wanted = settings;
        complaint = null;
        upkeep.add(this);
        reconcile();
    }

    /** Tries again what could not be done, and follows what changes by itself. */
    synchronized void look() {
        if (closed) {
            return;
        }
        reconcile();
        if (endpoint != null) {
            endpoint.followFiles();
        }
    }

    private void reconcile() {
        HttpEndpoint now = endpoint;
        if (now != null && now.settings().equals(wanted)) {
            return;
        }
        try {
            if (now != null && now.settings().isAt(wanted)) {
                now.change(wanted);
            } else if (mayOpen()) {
                open(now);
            }
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void open(@Nullable HttpEndpoint former) throws IOException {
        upkeep.free(wanted.port());
        HttpEndpoint opened = new HttpEndpoint(wanted, services, product);
        opened.start(former);
        endpoint = opened;
        announcement.accept(opened.address());
        if (former != null) {
            upkeep.drain(former);
            upkeep.free(opened.address().getPort()); // who still calls there finds this one, or is not to
        }
    }

    /** An endpoint that other machines reach must know who calls, unless it says that it need not. */
    private boolean mayOpen() {
        if (!wanted.relyOnTokens(new InetSocketAddress(wanted.host(), wanted.port()).getAddress())) {
            return true;
        }
        Namespaces namespaces = services.namespaces();
        if (namespaces != null && namespaces.requiresTokens()) {
            return true;
        }
        complain(
                namespaces == null
                        ? "It is not known yet whether there are encryption keys: nothing listens on "
                                + wanted.url(wanted.port()) + ", which is not loopback, before that."
                        : wanted.url(wanted.port())
                                + " is not loopback: anybody who reaches it could read and change the cache. Give "
                                + "encryption keys" + (wanted.tls() == null ? "" : ", or require_client_cert: true")
                                + ", or say allow_unauthenticated: true.");
        return false;
    }

    private void complain(String message) {
        if (!message.equals(complaint)) {
            complaint = message;
            HttpEndpoint now = endpoint;
            LOG.error(
                    "{} {}",
                    message,
                    now == null
                            ? "Until then it does not listen."
                            : "Until then " + now.settings().url(now.address().getPort()) + " serves as it did.");
        }
    }

    /**
     * Ends.
     *
     * @param finishing whether the calls under way are finished, in their time, or refused now
     */
    synchronized void close(boolean finishing) {
        closed = true;
        upkeep.remove(this);
        HttpEndpoint now = endpoint;
        endpoint = null;
        if (now != null && finishing) {
            upkeep.drain(now);
        } else if (now != null) {
            now.stop();
        }
    }

    /** What listens now; null: nothing does. */
    synchronized @Nullable HttpEndpoint endpoint() {
        return endpoint;
    }
}
