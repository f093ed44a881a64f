package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.feature.FeatureException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * One change of the framework: bundles come, bundles go, configurations are written. It happens as a whole or not at
 * all.
 *
 * <p>A bundle whose content has changed is a new bundle that takes the place of the old one; nothing is updated in
 * place, since the framework could not take that back.
 */
final class Deployment {

    private static final Duration REFRESH_PATIENCE = Duration.ofSeconds(60);

    private final BundleContext context;
    private final Store store;
    private final Configurations configurations;
    private final Change change;

    private final List<Bundle> arrived = new ArrayList<>();
    private final List<Part> stopped = new ArrayList<>();
    private final Map<String, Optional<Map<String, Object>>> overwritten = new LinkedHashMap<>();
    private final Set<Bundle> uninstalled = new LinkedHashSet<>();

    /**
     * What changes.
     *
     * @param arriving installed and started, in the order of their start levels
     * @param leaving stopped before the others start, and uninstalled in the end
     * @param configurations written before anything starts
     * @param dropped the PIDs that nobody configures any more
     */
    record Change(
            Collection<Part> arriving,
            Collection<Part> leaving,
            Map<String, Map<String, Object>> configurations,
            Collection<String> dropped) {}

    Deployment(BundleContext context, Store store, Configurations configurations, Change change) {
        this.context = context.getBundle(0).getBundleContext();
        this.store = store;
        this.configurations = configurations;
        this.change = change;
    }

    void carryOut() throws FeatureException {
        Set<Bundle> before = running();
        try {
            installArriving();
            stopLeaving();
            configure();
            for (Bundle bundle : arrived) {
                start(bundle);
            }
            Set<Bundle> expected = new LinkedHashSet<>(before);
            expected.removeAll(leaving());
            uninstallLeaving();
            refresh();
            expected.addAll(arrived);
            verify(expected);
        } catch (BundleException | IOException | RuntimeException e) {
            throw new FeatureException(BundleHealth.message(e) + rollBack(before), e);
        }
    }

    private void installArriving() throws BundleException {
        List<Part> ordered = new ArrayList<>(change.arriving());
        ordered.sort(Comparator.comparingInt(Part::startLevel));
        Set<Bundle> leaving = leaving();
        CollisionHook hook = (operation, target, candidates) -> candidates.removeIf(leaving::contains);
        ServiceRegistration<CollisionHook> hooked = context.registerService(CollisionHook.class, hook, null);
        try {
            for (Part part : ordered) {
                install(part).ifPresent(arrived::add);
            }
        } finally {
            hooked.unregister();
        }
    }

    private Optional<Bundle> install(Part part) throws BundleException {
        try {
            Bundle bundle = context.installBundle(store.location(part));
            bundle.adapt(BundleStartLevel.class).setStartLevel(part.startLevel());
            return Optional.of(bundle);
        } catch (BundleException e) {
            if (e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR) {
                // a framework that somebody else started has it already, and somebody else looks after it
                return Optional.empty();
            }
            throw e;
        }
    }

    private void stopLeaving() throws BundleException {
        List<Part> ordered = new ArrayList<>(change.leaving());
        ordered.sort(Comparator.comparingInt(Part::startLevel).reversed());
        for (Part part : ordered) {
            Optional<Bundle> bundle = bundle(part);
            if (bundle.isPresent() && BundleHealth.active(bundle.get())) {
                stopped.add(0, part);
                bundle.get().stop();
            }
        }
    }

    private void configure() throws IOException {
        for (String pid : change.dropped()) {
            overwritten.put(pid, configurations.get(pid));
            configurations.delete(pid);
        }
        for (Map.Entry<String, Map<String, Object>> entry :
                change.configurations().entrySet()) {
            overwritten.put(entry.getKey(), configurations.get(entry.getKey()));
            configurations.put(entry.getKey(), entry.getValue());
        }
    }

    private void start(Bundle bundle) throws BundleException {
        if (!BundleHealth.isFragment(bundle)) {
            bundle.start();
        }
    }

    private void uninstallLeaving() throws BundleException {
        Set<Bundle> leaving = leaving();
        uninstalled.addAll(leaving);
        uninstalled.removeAll(new Dependents(context).lingering(leaving));
        for (Bundle bundle : leaving) {
            bundle.uninstall();
        }
    }

    /** Lets go of what was uninstalled, and of what is wired to it. */
    private void refresh() {
        if (uninstalled.isEmpty()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        Set<Bundle> gone = new LinkedHashSet<>(uninstalled);
        uninstalled.clear();
        context.getBundle().adapt(FrameworkWiring.class).refreshBundles(gone, event -> done.countDown());
        try {
            if (!done.await(REFRESH_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("The framework did not finish refreshing " + gone);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the framework refreshed " + gone, e);
        }
    }

    private void verify(Collection<Bundle> expected) {
        if (context.getBundle().getState() == Bundle.ACTIVE) {
            List<String> faults = new BundleHealth(context).faults(expected);
            if (!faults.isEmpty()) {
                throw new IllegalStateException(String.join("; ", faults));
            }
        }
    }

    /** Brings everything back to how it was; tells what could not be, as the end of a sentence. */
    private String rollBack(Set<Bundle> before) {
        List<String> failed = new ArrayList<>();
        for (Bundle bundle : arrived) {
            attempt(failed, () -> {
                uninstalled.add(bundle);
                bundle.uninstall();
            });
        }
        for (Part part : change.leaving()) {
            attempt(failed, () -> install(part));
        }
        attempt(failed, this::refresh);
        overwritten.forEach((pid, properties) -> attempt(failed, () -> restore(pid, properties)));
        List<Bundle> restarting = new ArrayList<>();
        stopped.forEach(part -> bundle(part).ifPresent(restarting::add));
        before.stream()
                .filter(bundle -> bundle.getState() == Bundle.INSTALLED || bundle.getState() == Bundle.RESOLVED)
                .forEach(restarting::add);
        restarting.forEach(bundle -> attempt(failed, () -> start(bundle)));
        return failed.isEmpty() ? "" : ". Taking it back failed too, restart the node: " + String.join("; ", failed);
    }

    private void restore(String pid, Optional<Map<String, Object>> before) throws IOException {
        if (before.isPresent()) {
            configurations.put(pid, before.get());
        } else {
            configurations.delete(pid);
        }
    }

    /** A step of the way back. */
    @FunctionalInterface
    private interface Step {
        void run() throws BundleException, IOException;
    }

    private static void attempt(List<String> failed, Step step) {
        try {
            step.run();
        } catch (BundleException | IOException | RuntimeException e) {
            failed.add(BundleHealth.message(e));
        }
    }

    private Set<Bundle> running() {
        Set<Bundle> running = new LinkedHashSet<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.ACTIVE) {
                running.add(bundle);
            }
        }
        return running;
    }

    private Set<Bundle> leaving() {
        Set<Bundle> leaving = new LinkedHashSet<>();
        change.leaving().forEach(part -> bundle(part).ifPresent(leaving::add));
        return leaving;
    }

    private Optional<Bundle> bundle(Part part) {
        return Optional.ofNullable(context.getBundle(store.location(part)));
    }
}
