package org.cachemanager.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.cachemanager.api.Data;
import org.cachemanager.api.Item;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.api.storage.StorageEngine;
import org.cachemanager.api.storage.StoredItem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The header of an item in the index, and the item as its readers hold it.
 *
 * <p>It counts who uses its bytes: the index, and each reader. The last one to let go frees the bytes and gives their
 * room back; so no engine has to guard against a read after a free.
 */
final class IndexEntry extends TimerWheel.Node implements Entry, Item {

    /**
     * What an entry takes besides the bytes in the engine: this object and its share of the index's table. Measured,
     * and held to by a test.
     */
    static final int OVERHEAD_BYTES = 116;

    /** Milliseconds in a tick of the expiry wheel, as a power of two. */
    static final int EXPIRY_TICK_BITS = 4;

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final VarHandle USERS = users();

    /** How the policy in force stands to the entry; guarded by the eviction lock. */
    enum Standing {
        NEW,
        ADDED,
        GONE
    }

    final StorageEngine engine;
    final StoredItem stored;
    private final Room room;
    private final long hash;
    private final long expiryMillis;
    private final long stamp;
    private final long weight;

    /** The next entry in the chain; written under the stripe's lock, read by anyone. */
    volatile @Nullable IndexEntry next;

    /** Set under the stripe's lock when the entry leaves the index. */
    volatile boolean gone;

    /** Guarded by the eviction lock. */
    Standing standing = Standing.NEW;

    /** The policy that has the entry, while its standing is {@link Standing#ADDED}; guarded by the eviction lock. */
    @Nullable
    EvictionPolicy keeper;

    private int mark;
    private long word;
    private @Nullable Entry colder;
    private @Nullable Entry warmer;

    @SuppressWarnings("unused") // through USERS
    private volatile int users = 1;

    /** Where an entry's bytes are and what they count. */
    record Bytes(StorageEngine engine, StoredItem stored, long weight) {}

    /**
     * What an entry is known by.
     *
     * @param hash of its key
     * @param stamp when it was set: of two copies the one with the greater stamp is the newer
     */
    record Head(long hash, long expiryMillis, long stamp) {}

    IndexEntry(Bytes bytes, Room room, Head head) {
        this.engine = bytes.engine;
        this.stored = bytes.stored;
        this.weight = bytes.weight;
        this.room = room;
        this.hash = head.hash;
        this.expiryMillis = head.expiryMillis;
        this.stamp = head.stamp;
    }

    private static VarHandle users() {
        try {
            return MethodHandles.lookup().findVarHandle(IndexEntry.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What an item of this size counts against the limit in this engine. */
    static long weigh(StorageEngine engine, int keyBytes, int dataBytes) {
        return OVERHEAD_BYTES + engine.footprint(keyBytes, dataBytes);
    }

    /** Joins the users; false when the last one has gone and the bytes with it. */
    boolean retain() {
        int n = (int) USERS.getVolatile(this);
        while (n > 0) {
            int seen = (int) USERS.compareAndExchange(this, n, n + 1);
            if (seen == n) {
                return true;
            }
            n = seen;
        }
        return false;
    }

    @Override
    public void release() {
        if ((int) USERS.getAndAdd(this, -1) == 1) {
            try {
                stored.free();
            } catch (RuntimeException | LinkageError e) {
                LOG.error("A storage engine threw when it was to free an item.", e);
            } finally {
                room.release(weight);
            }
        }
    }

    /** Whether the entry, whose hash is the key's, has that key; taken for granted when its engine throws. */
    boolean isOf(byte[] key) {
        try {
            return stored.hasKey(key);
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("A storage engine threw when it was asked for a key; the hash has to do.", e);
            return true;
        }
    }

    @Override
    public Data data() {
        return stored.data();
    }

    @Override
    public long expiryMillis() {
        return expiryMillis;
    }

    /** When it was set, by the hybrid clock of the node that owned its key then. */
    long stamp() {
        return stamp;
    }

    /** What it is known by, for another entry of the same item. */
    Head head() {
        return new Head(hash, expiryMillis, stamp);
    }

    @Override
    long dueTick() {
        return (expiryMillis >> EXPIRY_TICK_BITS) + 1;
    }

    @Override
    public long hash() {
        return hash;
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public int mark() {
        return mark;
    }

    @Override
    public void mark(int value) {
        mark = value;
    }

    @Override
    public long word() {
        Outcasts.check();
        return word;
    }

    @Override
    public void word(long value) {
        Outcasts.check();
        word = value;
    }

    @Override
    public @Nullable Entry colder() {
        Outcasts.check();
        return colder;
    }

    @Override
    public void colder(@Nullable Entry entry) {
        Outcasts.check();
        colder = entry;
    }

    @Override
    public @Nullable Entry warmer() {
        Outcasts.check();
        return warmer;
    }

    @Override
    public void warmer(@Nullable Entry entry) {
        Outcasts.check();
        warmer = entry;
    }
}
