package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;
import org.cachemanager.api.feature.FeatureRuntime;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.feature.FeatureService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** The feature runtime of a running framework. */
@Component
public final class Features implements FeatureRuntime {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.feature");
    private static final Marker NOTICE = MarkerFactory.getMarker("NOTICE");

    private final BundleContext context;
    private final BundleContext framework;
    private final FeatureInstaller installer;
    private final Configurations configurations;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    @Activate
    public Features(BundleContext context, @Reference FeatureService reader, @Reference ConfigurationAdmin admin)
            throws FeatureException {
        this(context, installer(context, reader), new AdminConfigurations(admin));
    }

    Features(BundleContext context, FeatureInstaller installer, Configurations configurations) throws FeatureException {
        this.context = context;
        this.framework = context.getBundle(0).getBundleContext();
        this.installer = installer;
        this.configurations = configurations;
        configureWhatIsInstalled();
    }

    private static FeatureInstaller installer(BundleContext context, FeatureService reader) {
        Path ownArea = context.getDataFile("").toPath();
        return new FeatureInstaller(Places.of(context::getProperty, ownArea), () -> reader);
    }

    @Override
    public List<FeatureInfo> features() {
        try {
            return installer.features();
        } catch (FeatureException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public FeatureInfo install(String name) throws FeatureException {
        return change(name, "installed", installed -> installer.plusNew(installed, name));
    }

    @Override
    public FeatureInfo update(String name) throws FeatureException {
        return change(name, "updated", installed -> {
            requireInstalled(installed, name);
            return installer.refreshed(installed, name);
        });
    }

    @Override
    public FeatureInfo remove(String name) throws FeatureException {
        return change(name, "removed", installed -> {
            requireInstalled(installed, name);
            InstalledFeatures rest = installed.without(name);
            refuseWhatIsNeeded(installed, rest, name);
            return rest;
        });
    }

    /** Works out the features that there are to be. */
    @FunctionalInterface
    private interface Plan {
        InstalledFeatures from(InstalledFeatures installed) throws FeatureException;
    }

    private FeatureInfo change(String name, String done, Plan plan) throws FeatureException {
        return onThreadOfItsOwn(() -> {
            oneAtATime.lock();
            try {
                InstalledFeatures before = installer.installed();
                InstalledFeatures after = plan.from(before);
                if (!after.equals(before)) {
                    refuseToReplaceItself(before, after);
                    installer.apply(framework, configurations, before, after);
                    LOG.info(NOTICE, "Feature {} {}.", name, done);
                }
                return installer.info(name, after);
            } catch (FeatureException e) {
                LOG.warn("Feature {} is not {}: {}", name, done, e.getMessage());
                throw e;
            } finally {
                oneAtATime.unlock();
            }
        });
    }

    /** The caller may be stopped by what it asks for, such as a shell: its thread is interrupted then, this is not. */
    private static FeatureInfo onThreadOfItsOwn(Callable<FeatureInfo> work) throws FeatureException {
        FutureTask<FeatureInfo> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "feature");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureException("Not waited for to the end; feature:list shows what came of it", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new FeatureException(BundleHealth.message(cause), cause);
        }
    }

    /** Writes the configurations that the launcher could not, or that were lost with the OSGi cache. */
    private void configureWhatIsInstalled() throws FeatureException {
        for (InstalledFeature feature : installer.installed().all()) {
            if (!feature.pids().isEmpty()) {
                for (Map.Entry<String, Map<String, Object>> entry :
                        installer.kept(feature).configurations().entrySet()) {
                    try {
                        if (configurations.get(entry.getKey()).isEmpty()) {
                            configurations.put(entry.getKey(), entry.getValue());
                        }
                    } catch (IOException e) {
                        LOG.error("The configuration {} can't be written", entry.getKey(), e);
                    }
                }
            }
        }
    }

    private static void requireInstalled(InstalledFeatures installed, String name) throws FeatureException {
        if (installed.get(name).isEmpty()) {
            throw new FeatureException("The feature " + name + " is not installed. feature:list shows those that are");
        }
    }

    private void refuseToReplaceItself(InstalledFeatures before, InstalledFeatures after) throws FeatureException {
        Bundle own = context.getBundle();
        for (Part part : installer.change(before, after).leaving()) {
            if (installer.store().location(part).equals(own.getLocation())) {
                throw new FeatureException("The feature runtime can't replace or remove itself while it runs:"
                        + " restart the node, which takes up what is new");
            }
        }
    }

    private void refuseWhatIsNeeded(InstalledFeatures before, InstalledFeatures after, String name)
            throws FeatureException {
        if (before.get(name).stream().anyMatch(feature -> !feature.members().isEmpty())) {
            throw new FeatureException(
                    name + " is a set of features: remove those of its members that you do not want");
        }
        Set<String> dependents = new TreeSet<>();
        for (Bundle bundle : new Dependents(framework)
                .bound(bundles(installer.change(before, after).leaving()))) {
            dependents.addAll(owners(bundle, after));
        }
        if (!dependents.isEmpty()) {
            throw new FeatureException("The feature " + name + " is needed by " + String.join(", ", dependents)
                    + ": remove what you can do without first");
        }
    }

    private List<Bundle> bundles(Collection<Part> parts) {
        return parts.stream()
                .map(part -> Optional.ofNullable(
                        framework.getBundle(installer.store().location(part))))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The features that a bundle belongs to, or the bundle itself if it belongs to none. */
    private List<String> owners(Bundle bundle, InstalledFeatures features) {
        List<String> owners = features.all().stream()
                .filter(feature -> bundles(feature.parts()).contains(bundle))
                .map(InstalledFeature::name)
                .toList();
        return owners.isEmpty() ? List.of(bundle.getSymbolicName()) : owners;
    }
}
