package org.cachemanager.itests;

import static org.cachemanager.testkit.node.NodeOptions.encryptionAes;
import static org.cachemanager.testkit.node.NodeOptions.evictionLru;
import static org.cachemanager.testkit.node.NodeOptions.evictionS3fifo;
import static org.cachemanager.testkit.node.NodeOptions.node;
import static org.cachemanager.testkit.node.NodeOptions.storageHeap;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.Reply;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerMethod;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/** A node assembled in a framework from its bundles, without the launcher; its parts come and go. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerMethod.class)
public class AssembledNodeIT {

    private static final long PATIENCE_SECONDS = 30;

    @Inject
    private BundleContext context;

    @Inject
    private Cache cache;

    @Inject
    private CacheAdmin admin;

    @Configuration
    public Option[] assembled() {
        return options(node(1), storageHeap(), evictionS3fifo(), evictionLru(), encryptionAes(), junitBundles());
    }

    private Bundle bundle(String name) {
        for (Bundle bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new AssertionError("no bundle " + name);
    }

    private static Key key(int i) {
        return Key.ofBytes(("ns|k" + i).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] data(int i) {
        return ("data of " + i).getBytes(StandardCharsets.UTF_8);
    }

    private void fill(int items) throws Exception {
        for (int i = 0; i < items; i++) {
            CompletableFuture<Integer> done = new CompletableFuture<>();
            cache.set(key(i), Data.of(data(i)), 600, new Reply<Integer>() {
                @Override
                public void completed(Integer result) {
                    done.complete(result);
                }

                @Override
                public void failed(Failure failure) {
                    done.completeExceptionally(new AssertionError(failure.message()));
                }
            });
            assertEquals(Integer.valueOf(data(i).length), done.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    private void assertAllThere(int items) throws Exception {
        for (int i = 0; i < items; i++) {
            Found found = new Found();
            cache.get(key(i), Duration.ZERO, found);
            byte[] bytes = found.bytes.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull("item " + i, bytes);
            assertArrayEquals(data(i), bytes);
        }
    }

    /** The bytes that were found, or null. */
    private static final class Found implements GetReply {
        final CompletableFuture<byte @Nullable []> bytes = new CompletableFuture<>();

        @Override
        public void found(Item item) {
            bytes.complete(item.data().toByteArray());
            item.release();
        }

        @Override
        public void locked() {
            bytes.complete(null);
        }

        @Override
        public void absent() {
            bytes.complete(null);
        }

        @Override
        public void failed(Failure failure) {
            bytes.completeExceptionally(new AssertionError(failure.message()));
        }
    }

    private String inForce(String seam) {
        return cache.status().seams().stream()
                .filter(s -> s.seam().equals(seam))
                .map(NodeStatus.InForce::name)
                .findFirst()
                .orElse("none");
    }

    @Test
    public void eviction_bundlesThatStopAndStart_takeOverFromOneAnother() throws Exception {
        fill(1000);
        assertEquals("s3fifo", inForce("eviction"));
        bundle("org.cachemanager.eviction.s3fifo").stop();
        assertEquals("lru", inForce("eviction"));
        bundle("org.cachemanager.eviction.lru").uninstall();
        assertEquals("builtin", inForce("eviction"));
        assertAllThere(1000);
        bundle("org.cachemanager.eviction.s3fifo").start();

        assertEquals("s3fifo", inForce("eviction"));
        assertAllThere(1000);
    }

    @Test
    public void storage_bundleThatLeaves_handsItsItemsToTheCore() throws Exception {
        fill(1000);
        assertEquals("heap", inForce("storage"));
        bundle("org.cachemanager.storage.heap").uninstall();

        assertEquals("builtin", inForce("storage"));
        assertAllThere(1000);
    }

    /** Never lets an entry go. */
    private static final class Hoarding implements EvictionPolicy {

        @Override
        public void limit(long maxBytes) {}

        @Override
        public boolean touch(Entry entry) {
            return false;
        }

        @Override
        public void hit(Entry entry) {}

        @Override
        public void add(Entry entry) {}

        @Override
        public void replace(Entry old, Entry fresh) {}

        @Override
        public void remove(Entry entry) {}

        @Override
        public @Nullable Entry victim() {
            return null;
        }

        @Override
        public void drain(Consumer<Entry> next) {}
    }

    @Test
    public void eviction_thatDoesNotKeepToItsContract_neverComesIntoForce_andTheReasonIsShown() {
        Map<String, Object> properties = Map.of(EvictionPolicy.NAME, "hoarding", Constants.SERVICE_RANKING, 1000);
        context.registerService(EvictionPolicy.class, new Hoarding(), FrameworkUtil.asDictionary(properties));

        assertEquals("s3fifo", inForce("eviction"));
        String note = admin.implementations().stream()
                .filter(i -> i.name().equals("hoarding"))
                .map(Implementation::note)
                .findFirst()
                .orElse("not there");
        assertTrue(note, note.startsWith("stays out of force: it does not keep to its contract: it gave no victim"));
    }
}
