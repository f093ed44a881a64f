package org.cachemanager.config.yaml.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureRuntime;
import org.cachemanager.config.yaml.Origin;
import org.cachemanager.config.yaml.SettingValue;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The implementations that settings name: has those installed that are not there, and asks for what only their bundles
 * know. Each service may be absent; then what it would do is left out.
 */
final class Implementations implements LiveSettings.Checks {

    private static final String CIPHER = "http_server.encryption.cipher";

    final AtomicReference<@Nullable FeatureRuntime> features = new AtomicReference<>();
    final AtomicReference<@Nullable CacheAdmin> cache = new AtomicReference<>();
    private final Definitions definitions;

    /** What bundles say of their configurations. */
    @FunctionalInterface
    interface Definitions {

        /** Why a property can't be so; {@code null} when it can, or nobody says anything of that configuration. */
        @Nullable
        String refusal(String pid, String property, String value);
    }

    Implementations(Definitions definitions) {
        this.definitions = definitions;
    }

    @Override
    public List<String> faults(Settings next, @Nullable Settings before) {
        List<String> faults = new ArrayList<>();
        if (before == null || !before.storage().name().equals(next.storage().name())) {
            install(faults, "storage", next.storage().name());
        }
        if (before == null || !before.eviction().name().equals(next.eviction().name())) {
            install(faults, "eviction", next.eviction().name());
        }
        String registry = registry(next);
        if (!registry.isEmpty() && (before == null || !registry(before).equals(registry))) {
            install(faults, "registry", registry);
        }
        boolean encrypts = !next.encryption().keys().isEmpty();
        boolean asBefore = before != null
                && !before.encryption().keys().isEmpty()
                && before.encryption().cipher().equals(next.encryption().cipher());
        if (encrypts && !asBefore) {
            install(faults, "encryption", next.encryption().cipher());
            requireCipher(faults, next);
        }
        checkOwn(faults, next, "storage", next.storage());
        checkOwn(faults, next, "eviction", next.eviction());
        return faults;
    }

    private static String registry(Settings settings) {
        Settings.Registry registry = settings.registry();
        return registry == null ? "" : registry.type();
    }

    private void install(List<String> faults, String seam, String name) {
        FeatureRuntime runtime = features.get();
        String feature = seam + "-" + name;
        if (runtime == null
                || isThere(seam, name)
                || runtime.features().stream().noneMatch(f -> f.name().equals(feature) && !f.installed())) {
            return;
        }
        try {
            runtime.install(feature);
        } catch (FeatureException e) {
            faults.add(seam + " " + name + " can't be installed: " + e.getMessage());
        }
    }

    /** Whether a bundle offers it, wherever that came from: a second one out of a feature would compete with it. */
    private boolean isThere(String seam, String name) {
        CacheAdmin admin = cache.get();
        return admin != null
                && admin.implementations().stream()
                        .anyMatch(i -> i.seam().label().equals(seam) && i.name().equals(name));
    }

    /** Without its cipher the node would refuse every call; the other seams have a next best. */
    private void requireCipher(List<String> faults, Settings next) {
        String cipher = next.encryption().cipher();
        if (cache.get() != null && !isThere(Seam.ENCRYPTION.label(), cipher)) {
            faults.add(place(next, CIPHER) + "the cipher \"" + cipher
                    + "\" is not there (cache:list shows those that are)");
        }
    }

    private void checkOwn(List<String> faults, Settings next, String seam, Settings.Choice choice) {
        for (Map.Entry<String, Object> own : choice.own().entrySet()) {
            String pid = "org.cachemanager." + seam + '.' + choice.name();
            String refusal = definitions.refusal(
                    pid, own.getKey().replace('_', '.'), own.getValue().toString());
            if (refusal != null) {
                String name = seam + '.' + choice.name() + '.' + own.getKey();
                faults.add(place(next, name) + '"' + own.getValue() + "\" " + refusal);
            }
        }
    }

    private static String place(Settings settings, String name) {
        SettingValue value = settings.values().get(name);
        Origin origin = value == null ? null : value.origin();
        return origin != null && origin.source() == Origin.Source.FILE
                ? origin.where() + ": " + name + ": "
                : name + ": ";
    }
}
