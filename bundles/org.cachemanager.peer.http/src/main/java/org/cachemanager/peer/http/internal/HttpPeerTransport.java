package org.cachemanager.peer.http.internal;

import java.time.Duration;
import java.util.UUID;
import org.cachemanager.api.Call;
import org.cachemanager.api.Data;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.peer.Version;
import org.cachemanager.protocol.tls.TlsFiles;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The transport that calls the HTTP API of peers, as a component. */
@Component(configurationPid = "org.cachemanager.peer.http", property = PeerTransport.NAME + "=http")
@Designate(ocd = HttpPeerTransport.Configuration.class)
public final class HttpPeerTransport implements PeerTransport {

    /** What is used of {@code https_server}. */
    @ObjectClassDefinition(
            name = "Cache Manager: HTTP peer transport",
            description = "How this node calls its peers; the certificates are for those that speak HTTPS.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "ca_cert",
                description = "The CAs of the peers' certificates, a PEM file; empty: as the JVM trusts")
        String ca_cert() default "";

        @AttributeDefinition(name = "client_cert", description = "The certificate to show, and its chain, a PEM file")
        String client_cert() default "";

        @AttributeDefinition(name = "client_key", description = "The key to it, a PEM file")
        String client_key() default "";
    }

    private final Trust trust;
    private final Engine engine;
    private final Gathered lookUps;

    /** Begins to carry calls. */
    @Activate
    public HttpPeerTransport(Configuration configuration) {
        this(configuration, Outside.MACHINE);
    }

    HttpPeerTransport(Configuration configuration, Outside outside) {
        trust = new Trust(files(configuration));
        engine = new Engine(trust, outside);
        lookUps = new Gathered(engine);
    }

    private static TlsFiles files(Configuration configuration) {
        return TlsFiles.of(configuration.client_cert(), configuration.client_key(), configuration.ca_cert());
    }

    /** Takes other certificates over; calls under way go on. */
    @Modified
    void configure(Configuration configuration) {
        if (trust.change(files(configuration))) {
            engine.renewSecureConnections();
        }
    }

    /** Ends all calls and connections; no thread is left. */
    @Deactivate
    void stop() {
        engine.stop();
    }

    @Override
    public Call probe(PeerAddress peer, Reply<UUID> reply) {
        return engine.send(new Exchange(peer, Outgoing.probe(peer), null, new Outcomes.Probed(reply)));
    }

    @Override
    public Call get(PeerCall call, Duration maxWait, GetReply reply) {
        return lookUps.send(new LookUp(call, maxWait, reply, engine.nanos()));
    }

    @Override
    public Call set(PeerCall call, Data data, long ttlSeconds, Reply<Integer> reply) {
        Outgoing outgoing = Outgoing.set(call, data, ttlSeconds);
        return engine.send(new Exchange(call.peer(), outgoing, null, new Outcomes.Stored(reply, data.length())));
    }

    @Override
    public Call greet(PeerCall call, Greeting greeting, Reply<Greeting> reply) {
        return engine.send(
                new Exchange(call.peer(), Outgoing.greet(call, greeting), null, new Outcomes.Greeted(reply)));
    }

    @Override
    public Call claim(PeerCall call, Duration lease, Reply<Boolean> reply) {
        return engine.send(new Exchange(call.peer(), Outgoing.claim(call, lease), null, new Outcomes.Claimed(reply)));
    }

    @Override
    public Call give(PeerCall call, Data data, Version version, Reply<Boolean> reply) {
        return engine.send(
                new Exchange(call.peer(), Outgoing.give(call, data, version), null, new Outcomes.Given(reply)));
    }

    @Override
    public Call delete(PeerCall call, Reply<Boolean> reply) {
        return engine.send(new Exchange(call.peer(), Outgoing.delete(call), null, new Outcomes.Deleted(reply)));
    }
}
