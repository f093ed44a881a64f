package org.cachemanager.registry.etcd.internal;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.cachemanager.api.host.Identity;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.protocol.tls.PemException;
import org.cachemanager.protocol.tls.TlsFiles;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Announces this node in etcd, version 3, and reports who else has. */
@Component(
        service = Registry.class,
        configurationPid = EtcdRegistry.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {Registry.NAME + "=etcd", "service.ranking:Integer=20"})
@Designate(ocd = EtcdRegistry.Config.class)
public final class EtcdRegistry implements Registry {

    static final String PID = "org.cachemanager.registry.etcd";

    private final Time time;
    private final List<URI> endpoints;
    private final Session.Node node;
    private final @Nullable SSLContext tls;
    private final CopyOnWriteArrayList<Session> sessions = new CopyOnWriteArrayList<>();

    /** How etcd is reached, and what is announced there. */
    @ObjectClassDefinition(name = "Cache Manager: nodes by etcd")
    public @interface Config {

        /** The servers. */
        @AttributeDefinition(name = "endpoints", description = "URLs of etcd, such as http://127.0.0.1:2379")
        String[] endpoints();

        /** The address to announce. */
        @AttributeDefinition(name = "advertise_host", description = "Where other nodes reach this one; empty: not told")
        String advertise_host() default "";

        /** Its port. */
        @AttributeDefinition(name = "advertise_port", description = "The port there")
        int advertise_port() default 0;

        /** Whether that is HTTPS. */
        @AttributeDefinition(name = "advertise_tls", description = "Whether other nodes speak HTTPS there")
        boolean advertise_tls() default false;

        /** A user of etcd. */
        @AttributeDefinition(name = "user", description = "The user of etcd; empty: none")
        String user() default "";

        /** Its password. */
        @AttributeDefinition(name = "_password", description = "The user's password", type = AttributeType.PASSWORD)
        String _password() default "";

        /** The CAs. */
        @AttributeDefinition(
                name = "ca_cert",
                description = "The CAs of etcd's certificate, a PEM file; empty: the JVM's")
        String ca_cert() default "";

        /** The certificate. */
        @AttributeDefinition(name = "client_cert", description = "The certificate to show to etcd, a PEM file")
        String client_cert() default "";

        /** The key. */
        @AttributeDefinition(name = "client_key", description = "The key to it, a PEM file")
        String client_key() default "";
    }

    /**
     * Reads how etcd is reached.
     *
     * @throws PemException if the certificates can't be used
     */
    @Activate
    public EtcdRegistry(Config config, @Reference Time time, @Reference Identity identity) throws PemException {
        this(time, Arrays.stream(config.endpoints()).map(URI::create).toList(), node(config, identity), tls(config));
    }

    EtcdRegistry(Time time, List<URI> endpoints, Session.Node node, @Nullable SSLContext tls) {
        this.time = time;
        this.endpoints = endpoints;
        this.node = node;
        this.tls = tls;
    }

    private static Session.Node node(Config config, Identity identity) {
        PeerAddress address = config.advertise_host().isEmpty()
                ? null
                : new PeerAddress(config.advertise_host(), config.advertise_port(), config.advertise_tls());
        Session.Credentials credentials =
                config.user().isEmpty() ? null : new Session.Credentials(config.user(), config._password());
        return new Session.Node(identity.ref(), address, credentials);
    }

    private static @Nullable SSLContext tls(Config config) throws PemException {
        TlsFiles files = TlsFiles.of(config.client_cert(), config.client_key(), config.ca_cert());
        return files.ca() == null && files.cert() == null ? null : files.read().context();
    }

    @Override
    public Membership join(Consumer<Set<PeerAddress>> members) {
        Session session = new Session(time, new HttpGateway(endpoints, tls), node, members);
        sessions.add(session);
        session.begin();
        return () -> leave(session);
    }

    private void leave(Session session) {
        sessions.remove(session);
        session.leave();
    }

    @Deactivate
    void stop() {
        sessions.forEach(this::leave);
    }
}
