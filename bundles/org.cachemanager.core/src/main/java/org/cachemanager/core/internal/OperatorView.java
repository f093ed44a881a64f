package org.cachemanager.core.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.cachemanager.api.Key;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.HeldLock;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.admin.SettingRefusedException;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.api.admin.Statistics;
import org.jspecify.annotations.Nullable;

/** The core as its operator sees it. */
final class OperatorView implements CacheAdmin {

    private final Core core;

    /** Remembers what is chosen at run time, and knows what wins over it; null when there is none. */
    final AtomicReference<@Nullable SettingsAdmin> settings = new AtomicReference<>();

    OperatorView(Core core) {
        this.core = core;
    }

    @Override
    public Set<Operation> operations() {
        return EnumSet.allOf(Operation.class);
    }

    @Override
    public Statistics statistics() {
        return core.counters.statistics();
    }

    @Override
    public List<HeldLock> locks(int most) {
        long now = core.time.nanos();
        List<HeldLock> held = new ArrayList<>();
        for (int i = 0; i < core.index.stripes() && held.size() < most; i++) {
            core.index.locks(i).stream()
                    .limit(most - held.size())
                    .map(lock -> describe(lock, now))
                    .forEach(held::add);
        }
        return held;
    }

    private static HeldLock describe(KeyLock.View lock, long now) {
        String name = new String(lock.key().bytes(), StandardCharsets.UTF_8);
        int separator = name.indexOf((char) Key.SEPARATOR);
        return new HeldLock(
                name.substring(0, separator),
                name.substring(separator + 1),
                Duration.ofNanos(Math.max(0, lock.lapsesNanos() - now)),
                lock.waiters());
    }

    @Override
    public List<Implementation> implementations() {
        return core.seams.implementations();
    }

    @Override
    public CompletionStage<Implementation> use(Seam seam, String name) {
        SettingsAdmin administered = settings.get();
        if (administered != null && seam != Seam.PEER) {
            try {
                administered.set(setting(seam), name);
            } catch (SettingRefusedException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return core.seams.of(seam).use(name);
    }

    private static String setting(Seam seam) {
        return switch (seam) {
            case ENCRYPTION -> "http_server.encryption.cipher";
            case REGISTRY -> "registry.type";
            default -> seam.label();
        };
    }

    @Override
    public long flush() {
        return core.shelf.flush();
    }
}
