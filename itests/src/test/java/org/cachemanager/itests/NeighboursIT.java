package org.cachemanager.itests;

import static org.cachemanager.testkit.node.NodeOptions.evictionLru;
import static org.cachemanager.testkit.node.NodeOptions.evictionS3fifo;
import static org.cachemanager.testkit.node.NodeOptions.node;
import static org.cachemanager.testkit.node.NodeOptions.storageHeap;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** A plug-in that is updated or goes leaves every other bundle as it is: not stopped, not wired anew. */
@RunWith(PaxExam.class)
public class NeighboursIT {

    private static final String LRU = "org.cachemanager.eviction.lru";
    private static final long PATIENCE_SECONDS = 30;

    @Inject
    private BundleContext context;

    private final Map<Bundle, BundleWiring> wirings = new HashMap<>();
    private final Set<String> touched = new TreeSet<>();

    @Configuration
    public Option[] assembled() {
        return options(node(1), storageHeap(), evictionS3fifo(), evictionLru(), junitBundles());
    }

    @Before
    public void listen() {
        for (Bundle bundle : context.getBundles()) {
            wirings.put(bundle, bundle.adapt(BundleWiring.class));
        }
        SynchronousBundleListener listener = event -> {
            if (event.getType() != BundleEvent.INSTALLED) {
                synchronized (touched) {
                    touched.add(event.getBundle().getSymbolicName());
                }
            }
        };
        context.addBundleListener(listener);
    }

    /** Nobody but one bundle has started, stopped, or been resolved, updated or uninstalled. */
    private void assertAlone(String plugin) {
        synchronized (touched) {
            assertEquals(Set.of(plugin), touched);
        }
        wirings.forEach((bundle, wiring) -> {
            if (!plugin.equals(bundle.getSymbolicName())) {
                assertSame(bundle.toString(), wiring, bundle.adapt(BundleWiring.class));
                assertFalse(bundle.toString(), wiring != null && !wiring.isCurrent());
            }
        });
    }

    private Bundle bundle(String name) {
        for (Bundle bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("There is no bundle " + name + ".");
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(Set.of(bundle), event -> done.countDown());
        assertEquals(true, done.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    public void bundle_updatedAndUninstalled_touchesItselfAlone() throws Exception {
        Bundle lru = bundle(LRU);
        lru.update();
        refresh(lru);
        assertEquals(Bundle.ACTIVE, lru.getState());
        lru.uninstall();
        refresh(lru);
        assertAlone(LRU);
    }
}
