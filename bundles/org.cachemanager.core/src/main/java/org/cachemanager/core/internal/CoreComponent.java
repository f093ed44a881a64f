package org.cachemanager.core.internal;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.Cache;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.host.Identity;
import org.cachemanager.api.host.Time;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.peer.PeerTransport;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.api.storage.StorageEngine;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core as a component: binds the implementations of the seams that are there, and offers the cache.
 *
 * <p>References are dynamic and bound by method, so that a swap never rebuilds the component; the configuration is
 * modified in place for the same reason.
 */
@Component(
        configurationPid = "org.cachemanager.core",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
@Designate(ocd = CoreComponent.Configuration.class)
public final class CoreComponent {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    /** How long the start of a bundle waits for the check of what it offers. */
    private static final long CHECK_MILLIS = 1000;

    /** Of the memory, what a cache without a limit leaves to requests: a quarter. */
    private static final double UNLIMITED_SHARE = 0.75;

    /**
     * Of the memory, what items in transit and connections reckon with: with items outside it the limit may be more.
     */
    private static final double HEAP_SHARE = 0.85;

    /** The settings of {@code cachemanager.yaml} that concern the core. */
    @ObjectClassDefinition(name = "Cache Manager: core", description = "Limits, clocks and what is in force.")
    public @interface Configuration {

        @AttributeDefinition(
                name = "max_cache_size",
                description = "Most bytes this node holds, overhead of entries included; 0: what the memory holds")
        long max_cache_size() default 1L << 30;

        @AttributeDefinition(name = "max_item_size", description = "Most bytes of data in one item; 0: no limit")
        long max_item_size() default 10L << 20;

        @AttributeDefinition(
                name = "cache_purge_time",
                description = "How long after its expiry an item is purged at the latest, in milliseconds")
        long cache_purge_time() default 1000;

        @AttributeDefinition(
                name = "timestamp_error_margin",
                description =
                        "Greatest difference of a token's timestamp from the clock, in milliseconds; 0: not checked")
        long timestamp_error_margin() default 30_000;

        @AttributeDefinition(
                name = "peer_refresh_time",
                description = "How long after a peer was marked down it is tried again, in milliseconds")
        long peer_refresh_time() default 30_000;

        @AttributeDefinition(
                name = "peer_connection_timeout",
                description = "How long a peer may take to answer a call that does not wait, in milliseconds")
        long peer_connection_timeout() default 5000;

        @AttributeDefinition(name = "storage", description = "The storage engine to put in force")
        String storage() default "heap";

        @AttributeDefinition(name = "eviction", description = "The eviction policy to put in force")
        String eviction() default "s3fifo";

        @AttributeDefinition(name = "cipher", description = "The cipher to put in force where there are keys")
        String cipher() default "aes";

        @AttributeDefinition(name = "registry", description = "The registry client to put in force")
        String registry() default "";

        @AttributeDefinition(
                name = "keys",
                description = "Namespace keys in Base64, the first seals; none: plain namespaces",
                type = AttributeType.PASSWORD)
        String[] keys() default {};
    }

    private final Core core;
    private List<ServiceRegistration<?>> offered = List.of();

    @Activate
    public CoreComponent(Configuration configuration, @Reference Time time, @Reference Identity identity) {
        SecureRandom random = new SecureRandom();
        KeyHash hash = new KeyHash(random.nextLong(), random.nextLong());
        core = new Core(time, identity.ref(), hash, settings(configuration));
        core.room.heap((long) (Runtime.getRuntime().maxMemory() * HEAP_SHARE));
    }

    /** Offers the cache; the implementations that are there already are bound by now. */
    @Activate
    void offer(BundleContext context) {
        offered = List.of(
                context.registerService(Cache.class, core.cache(), null),
                context.registerService(PeerService.class, core.peerService(), null),
                context.registerService(Namespaces.class, core.namespaces(), null),
                context.registerService(CacheAdmin.class, core.admin(), null));
    }

    @Modified
    void modified(Configuration configuration) {
        core.configure(settings(configuration));
    }

    @Deactivate
    void deactivate() {
        offered.forEach(ServiceRegistration::unregister);
        core.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStorage(StorageEngine engine, ServiceReference<StorageEngine> reference) {
        awaitChecked(core.seams.storage.add(candidate(engine, reference, StorageEngine.NAME)));
    }

    void unbindStorage(StorageEngine engine) {
        core.seams.removeStorage(engine);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindEviction(EvictionPolicy policy, ServiceReference<EvictionPolicy> reference) {
        awaitChecked(core.seams.eviction.add(candidate(policy, reference, EvictionPolicy.NAME)));
    }

    void unbindEviction(EvictionPolicy policy) {
        core.seams.eviction.remove(policy);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindEncryption(NamespaceCipher cipher, ServiceReference<NamespaceCipher> reference) {
        awaitChecked(core.seams.encryption.add(candidate(cipher, reference, NamespaceCipher.NAME)));
    }

    void unbindEncryption(NamespaceCipher cipher) {
        core.seams.encryption.remove(cipher);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindPeer(PeerTransport transport, ServiceReference<PeerTransport> reference) {
        awaitChecked(core.seams.peer.add(candidate(transport, reference, PeerTransport.NAME)));
    }

    void unbindPeer(PeerTransport transport) {
        core.seams.peer.remove(transport);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRegistry(Registry registry, ServiceReference<Registry> reference) {
        awaitChecked(core.seams.registry.add(candidate(registry, reference, Registry.NAME)));
    }

    void unbindRegistry(Registry registry) {
        core.seams.registry.remove(registry);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSettings(SettingsAdmin settings) {
        core.admin.settings.set(settings);
    }

    void unbindSettings(SettingsAdmin settings) {
        core.admin.settings.compareAndSet(settings, null);
    }

    /**
     * Gives an implementation the time to pass its check, so that who starts a bundle finds it in force; one that takes
     * longer comes into force later.
     */
    private static void awaitChecked(CountDownLatch checked) {
        try {
            if (!checked.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("A check goes on while its bundle has been started.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> Selection.Candidate<T> candidate(T service, ServiceReference<T> reference, String nameProperty) {
        Map<String, Object> properties = FrameworkUtil.asMap(reference.getProperties());
        String name = String.valueOf(properties.getOrDefault(nameProperty, "unnamed"));
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
        String bundle = reference.getBundle().getSymbolicName() + " "
                + reference.getBundle().getVersion();
        return new Selection.Candidate<>(service, name, ranking, bundle);
    }

    private static CoreSettings settings(Configuration configuration) {
        long limit = configuration.max_cache_size();
        long room = limit == 0 ? (long) (Runtime.getRuntime().maxMemory() * UNLIMITED_SHARE) : limit;
        return new CoreSettings(
                limit,
                room,
                configuration.max_item_size(),
                Duration.ofMillis(configuration.cache_purge_time()),
                Duration.ofMillis(configuration.timestamp_error_margin()),
                Duration.ofMillis(configuration.peer_refresh_time()),
                Duration.ofMillis(configuration.peer_connection_timeout()),
                configuration.storage(),
                configuration.eviction(),
                configuration.cipher(),
                configuration.registry(),
                List.of(configuration.keys()));
    }
}
