package org.cachemanager.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.junit.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

public class BundleConverterTest {

    private final Bundle lru = bundle(42, "eviction.lru", "file:/lru.jar");
    private final Bundle old = bundle(43, "eviction.fifo", "file:/old.jar");
    private final Bundle fresh = bundle(44, "eviction.fifo", "file:/fresh.jar");
    private final BundleConverter converter = new BundleConverter(context(List.of(lru, old, fresh)));

    private static Bundle bundle(long number, String name, String location) {
        Map<String, Object> answers =
                Map.of("getBundleId", number, "getSymbolicName", name, "getLocation", location, "toString", name);
        return (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (proxy, method, arguments) -> answers.get(method.getName()));
    }

    private static BundleContext context(List<Bundle> bundles) {
        Object[] framework = new Object[1];
        BundleContext context = (BundleContext) Proxy.newProxyInstance(
                BundleContext.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getBundles") ? bundles.toArray(Bundle[]::new) : framework[0]);
        framework[0] = Proxy.newProxyInstance(
                Bundle.class.getClassLoader(), new Class<?>[] {Bundle.class}, (proxy, method, arguments) -> context);
        return context;
    }

    @Test
    public void convert_ofNumberNameOrLocation_isTheBundle() {
        assertThat(converter.convert(Bundle.class, "42")).isSameAs(lru);
        assertThat(converter.convert(Bundle.class, "eviction.lru")).isSameAs(lru);
        assertThat(converter.convert(Bundle.class, "file:/fresh.jar")).isSameAs(fresh);
    }

    @Test
    public void convert_ofWhatNamesNoneOrTwo_orOfAnotherType_isNothing() {
        assertThat(converter.convert(Bundle.class, "eviction.fifo")).isNull();
        assertThat(converter.convert(Bundle.class, "7")).isNull();
        assertThat(converter.convert(String.class, "42")).isNull();
    }
}
