package org.cachemanager.registry.etcd.internal;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.cachemanager.api.host.Identity;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.protocol.tls.TlsFiles;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Announces this node in etcd, version 3, and reports who else has. */
@Component(
        service = Registry.class,
        configurationPid = EtcdRegistry.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {Registry.NAME + "=etcd", "service.ranking:Integer=20"})
@Designate(ocd = EtcdRegistry.Config.class)
public final class EtcdRegistry implements Registry {

    static final String PID = "org.cachemanager.registry.etcd";

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.registry.etcd");

    /** How long the end of this node may be held up to say so. */
    private static final Duration WITHDRAWAL = Duration.ofSeconds(1);

    private final Time time;
    private final Supplier<Gateway> gateways;
    private final Node node;
    private final CopyOnWriteArrayList<Session> sessions = new CopyOnWriteArrayList<>();

    /** How etcd is reached, and what is announced there. */
    @ObjectClassDefinition(name = "Cache Manager: nodes by etcd")
    public @interface Config {

        /** The servers. */
        @AttributeDefinition(name = "endpoints", description = "URLs of etcd, such as http://127.0.0.1:2379")
        String[] endpoints();

        /** What the keys begin with. */
        @AttributeDefinition(
                name = "prefix",
                description = "What the keys of the cluster's nodes begin with; the same on each of them")
        String prefix() default Node.Cluster.PREFIX;

        /** The address to announce. */
        @AttributeDefinition(name = "advertise_host", description = "Where other nodes reach this one; empty: not told")
        String advertise_host() default "";

        /** Its port. */
        @AttributeDefinition(name = "advertise_port", description = "The port there")
        int advertise_port() default 0;

        /** Whether that is HTTPS. */
        @AttributeDefinition(name = "advertise_tls", description = "Whether other nodes speak HTTPS there")
        boolean advertise_tls() default false;

        /** Whether others must. */
        @AttributeDefinition(
                name = "tls_required",
                description = "Whether nodes of other machines that are announced without TLS are left out")
        boolean tls_required() default false;

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

    /** Reads how etcd is reached; its certificates are read when they are needed, and whenever they change. */
    @Activate
    public EtcdRegistry(Config config, @Reference Time time, @Reference Identity identity) {
        this(time, gateways(config), node(config, identity));
    }

    EtcdRegistry(Time time, Supplier<Gateway> gateways, Node node) {
        this.time = time;
        this.gateways = gateways;
        this.node = node;
    }

    private static Supplier<Gateway> gateways(Config config) {
        List<URI> endpoints = Arrays.stream(config.endpoints()).map(URI::create).toList();
        TlsFiles files = TlsFiles.of(config.client_cert(), config.client_key(), config.ca_cert());
        return () -> new HttpGateway(endpoints, new Trust(files));
    }

    private static Node node(Config config, Identity identity) {
        PeerAddress address = config.advertise_host().isEmpty()
                ? null
                : new PeerAddress(config.advertise_host(), config.advertise_port(), config.advertise_tls());
        Node.Credentials credentials =
                config.user().isEmpty() ? null : new Node.Credentials(config.user(), config._password());
        String prefix = config.prefix().endsWith("/") ? config.prefix() : config.prefix() + '/';
        return new Node(identity.ref(), address, credentials, new Node.Cluster(prefix, config.tls_required()));
    }

    @Override
    public Membership join(Consumer<Set<PeerAddress>> members) {
        Session session = new Session(time, gateways.get(), node, members);
        sessions.add(session);
        session.begin();
        CompletableFuture<?> unused = session.ended().thenRun(() -> sessions.remove(session));
        return session::leave;
    }

    /**
     * Ends what is left, and waits a second at most until what was announced is withdrawn: after that the JVM may end,
     * or this node announce itself anew.
     */
    @Deactivate
    void stop() {
        sessions.forEach(Session::leave);
        try {
            CompletableFuture.allOf(sessions.stream().map(Session::ended).toArray(CompletableFuture<?>[]::new))
                    .get(WITHDRAWAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.info("The registry does not answer; what this node has announced there ends by itself.");
        } catch (ExecutionException e) {
            LOG.error("What this node has announced could not be withdrawn.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
