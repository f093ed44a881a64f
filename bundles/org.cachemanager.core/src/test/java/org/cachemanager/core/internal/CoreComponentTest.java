package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.api.encryption.NamespaceCipher;
import org.cachemanager.api.encryption.NamespaceText;
import org.cachemanager.api.encryption.Namespaces;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.testkit.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;

public class CoreComponentTest {

    private final ManualClock clock = new ManualClock();
    private final Map<Class<?>, Object> offered = new HashMap<>();
    private final Map<String, Object> settings = new HashMap<>(Map.of("max_cache_size", 1L << 20));
    private final CoreComponent component = new CoreComponent(configuration(), clock, () -> TestNode.REF);

    /** What an interface's methods give, by their names. */
    private interface Answers {
        @Nullable
        Object to(String method, List<?> arguments);
    }

    private static <T> T stub(Class<T> type, Answers answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.to(
                        method.getName(), arguments == null ? List.of() : java.util.Arrays.asList(arguments))));
    }

    private CoreComponent.Configuration configuration() {
        return stub(CoreComponent.Configuration.class, (name, arguments) -> {
            Object set = settings.get(name);
            try {
                return set != null
                        ? set
                        : CoreComponent.Configuration.class.getMethod(name).getDefaultValue();
            } catch (NoSuchMethodException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void offer() {
        component.offer(stub(BundleContext.class, (name, arguments) -> {
            Class<?> type = (Class<?>) Objects.requireNonNull(arguments.get(0));
            offered.put(type, Objects.requireNonNull(arguments.get(1)));
            return stub(ServiceRegistration.class, (unregister, none) -> offered.remove(type));
        }));
    }

    private CacheAdmin admin() {
        return (CacheAdmin) Objects.requireNonNull(offered.get(CacheAdmin.class));
    }

    @SuppressWarnings("unchecked")
    private static <T> ServiceReference<T> reference(String property, String name) {
        Bundle bundle =
                stub(Bundle.class, (method, none) -> method.equals("getVersion") ? new Version(1, 2, 3) : "of.a.test");
        Map<String, Object> properties = Map.of(property, name, "service.ranking", 7);
        return stub(
                ServiceReference.class,
                (method, none) -> method.equals("getBundle") ? bundle : FrameworkUtil.asDictionary(properties));
    }

    private Set<String> inForce() {
        Set<String> names = new HashSet<>();
        for (Implementation each : admin().implementations()) {
            if (each.inForce()) {
                names.add(each.name() + " of " + each.bundle() + " " + each.ranking());
            }
        }
        return names;
    }

    @Test
    public void component_offersTheCache_andTakesItBackWhenItEnds() {
        offer();
        assertThat(offered).containsOnlyKeys(Cache.class, PeerService.class, Namespaces.class, CacheAdmin.class);
        Cache cache = (Cache) Objects.requireNonNull(offered.get(Cache.class));
        component.deactivate();

        assertThat(offered).isEmpty();
        assertThat(TestNode.<Boolean>outcome(r -> cache.delete(TestNode.key("k"), r)))
                .isEqualTo("failed UNAVAILABLE");
    }

    @Test
    public void parts_areTakenInAndLetGo() {
        offer();
        StorageEngine engine = new ByteArrays();
        EvictionPolicy policy = new SoonestToExpire();
        NamespaceCipher cipher = new TestCipher();
        component.bindStorage(engine, reference(StorageEngine.NAME, "heap"));
        component.bindEviction(policy, reference(EvictionPolicy.NAME, "lru"));
        component.bindEncryption(cipher, reference(NamespaceCipher.NAME, "aes"));
        assertThat(inForce()).contains("heap of of.a.test 1.2.3 7", "lru of of.a.test 1.2.3 7");
        assertThat(admin().implementations()).extracting(Implementation::seam).contains(Seam.ENCRYPTION);

        component.unbindStorage(engine);
        component.unbindEviction(policy);
        component.unbindEncryption(cipher);
        assertThat(inForce()).allMatch(name -> name.startsWith("builtin"));
        assertThat(admin().implementations()).hasSize(2);
    }

    @Test
    public void cipher_isInForceWhereThereAreKeys_andAloneShownThen() {
        offer();
        Cache cache = (Cache) Objects.requireNonNull(offered.get(Cache.class));
        Namespaces namespaces = (Namespaces) Objects.requireNonNull(offered.get(Namespaces.class));
        NamespaceCipher cipher = new TestCipher();
        component.bindEncryption(cipher, reference(NamespaceCipher.NAME, "aes"));
        assertThat(cache.status().seams()).hasSize(2);
        settings.put("keys", new String[] {"AAAA"});
        component.modified(configuration());
        assertThat(cache.status().seams()).hasSize(3).anySatisfy(seam -> {
            assertThat(seam.seam()).isEqualTo("encryption");
            assertThat(seam.configured()).isEqualTo("aes");
            assertThat(seam.name()).isEqualTo("aes");
        });
        byte[] token = cipher.keyring(List.of(new byte[3]))
                .seal(new NamespaceText("abc", clock.epochMillis(), null).toBytes());
        String opened = TestNode.<Namespace>outcome(r -> namespaces.open(token, 0, token.length, r));
        assertThat(opened).doesNotContain("failed").isNotEmpty();
        component.unbindEncryption(cipher);
        assertThat(cache.status().seams())
                .anySatisfy(seam -> assertThat(seam.name()).isEqualTo("none"));
    }

    @Test
    public void end_keepsWhatIsInForce_andLeavesNoTimer() {
        offer();
        Cache cache = (Cache) Objects.requireNonNull(offered.get(Cache.class));
        StorageEngine engine = new ByteArrays();
        component.bindStorage(engine, reference(StorageEngine.NAME, "heap"));
        NamespaceCipher cipher = new TestCipher();
        component.bindEncryption(cipher, reference(NamespaceCipher.NAME, "aes"));
        settings.put("keys", new String[] {"AAAA"});
        component.modified(configuration());
        cache.get(TestNode.key("k"), java.time.Duration.ofMinutes(10), new TestNode.Outcome());
        component.deactivate();
        component.unbindStorage(engine);
        component.unbindEncryption(cipher);

        assertThat(cache.status().seams()).extracting(NodeStatus.InForce::name).contains("heap", "aes");
        clock.advance(java.time.Duration.ofSeconds(10));
        assertThat(clock.scheduled()).isZero();
    }

    @Test
    public void configuration_isTakenOverWhileItServes() {
        offer();
        Cache cache = (Cache) Objects.requireNonNull(offered.get(Cache.class));
        assertThat(cache.status().maxSizeBytes()).isEqualTo(1 << 20);
        settings.put("max_cache_size", 0L);
        settings.put("max_item_size", 0L);
        component.modified(configuration());
        clock.advance(java.time.Duration.ofSeconds(90));

        assertThat(cache.status().maxSizeBytes()).isZero();
        long memory = Runtime.getRuntime().maxMemory();
        assertThat(cache.maxItemBytes()).isBetween(memory / 16 * 5 - 100, memory / 16 * 6);
        assertThat(cache.status().uptimeSeconds()).isEqualTo(90);
        assertThat(admin().operations()).containsExactlyInAnyOrder(CacheAdmin.Operation.values());
    }

    @Test
    public void choice_isRemembered_byWhoAdministersTheSettings() {
        offer();
        Map<Object, Object> remembered = new HashMap<>();
        SettingsAdmin administered = stub(
                SettingsAdmin.class,
                (method, arguments) -> remembered.put(
                        Objects.requireNonNull(arguments.get(0)), Objects.requireNonNull(arguments.get(1))));
        component.bindSettings(administered);
        assertThat(admin().use(Seam.EVICTION, "lru")).isNotNull();
        assertThat(admin().use(Seam.ENCRYPTION, "aes")).isNotNull();
        component.unbindSettings(administered);
        assertThat(admin().use(Seam.STORAGE, "heap")).isNotNull();

        assertThat(remembered)
                .containsOnly(Map.entry("eviction", "lru"), Map.entry("http_server.encryption.cipher", "aes"));
    }
}
