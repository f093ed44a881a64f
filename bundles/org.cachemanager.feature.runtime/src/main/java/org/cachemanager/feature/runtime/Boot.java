package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.cachemanager.api.feature.FeatureException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.feature.FeatureService;

/**
 * What the launcher does with features: {@link #prepare} before there is a framework, {@link #populate} between its
 * initialisation and its start if it is to begin with an empty cache, {@link #faults} and {@link #settle} once it runs.
 *
 * <p>Features that are installed stay; what their descriptors and the repository have now is taken up. When anything
 * differs from what is installed, the whole OSGi cache is made anew: there is one way to a running framework, not one
 * for each combination of old and new, and what a node must not lose lies elsewhere.
 */
public final class Boot {

    private final FeatureInstaller installer;
    private final String set;
    private final List<String> warnings = new ArrayList<>();
    private InstalledFeatures features = InstalledFeatures.NONE;
    private boolean fresh;

    private Boot(FeatureInstaller installer, String set) {
        this.installer = installer;
        this.set = set;
    }

    /**
     * Works out what the framework will run.
     *
     * @param reader reads descriptors; only asked when something has changed
     * @param cache the OSGi cache; nothing is trusted when it is not there
     * @param set the feature whose members are installed at the first start; members that it gains later are, too
     * @throws FeatureException if a feature of the set can't be used
     */
    public static Boot prepare(Places places, Supplier<FeatureService> reader, Path cache, String set)
            throws FeatureException {
        FeatureInstaller installer = new FeatureInstaller(places, reader);
        Boot boot = new Boot(installer, set);
        boot.features = installer.installed();
        try {
            boot.fresh = !Files.isDirectory(cache) || installer.store().interrupted() || !boot.upToDate();
        } catch (IOException e) {
            throw new FeatureException("The features can't be read: " + e, e);
        }
        if (boot.fresh) {
            boot.takeUp();
        }
        return boot;
    }

    /** Whether the framework must begin with an empty cache. */
    public boolean fresh() {
        return fresh;
    }

    /** What did not stop the start, but should be known. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Installs every bundle into a framework that is initialised and not yet started. */
    public void populate(BundleContext context) throws FeatureException {
        try {
            installer.store().begin();
            Deployment.Change all = installer.change(InstalledFeatures.NONE, features);
            new Deployment(context, installer.store(), Configurations.LATER, all).carryOut();
            installer.store().commit(features);
        } catch (IOException e) {
            throw new FeatureException("The features can't be written to the node's directory: " + e, e);
        }
    }

    /**
     * Why the started framework does not do what the set asks for, one line a bundle. Bundles that an operator added
     * are among the {@link #warnings} instead.
     */
    public List<String> faults(BundleContext context) {
        BundleHealth health = new BundleHealth(context);
        List<String> members = features.get(set).map(InstalledFeature::members).orElse(List.of());
        List<String> faults = new ArrayList<>();
        for (InstalledFeature feature : features.all()) {
            List<Bundle> bundles = feature.parts().stream()
                    .map(part -> context.getBundle(installer.store().location(part)))
                    .flatMap(bundle -> Optional.ofNullable(bundle).stream())
                    .toList();
            (members.contains(feature.name()) ? faults : warnings).addAll(health.faults(bundles));
        }
        return faults;
    }

    /** Says that the framework runs as it should: the next start may trust its cache. */
    public void settle() throws FeatureException {
        try {
            installer.store().end();
        } catch (IOException e) {
            throw new FeatureException("The node's directory can't be written to: " + e, e);
        }
    }

    private boolean upToDate() throws IOException {
        if (features.get(set).isEmpty()) {
            return false;
        }
        for (InstalledFeature feature : features.all()) {
            Optional<Path> descriptor = installer.catalogue().file(feature.name());
            if (descriptor.isPresent() && Checksum.of(descriptor.get()) != feature.checksum()) {
                return false;
            }
        }
        for (Part part : features.parts().values()) {
            Optional<Path> jar = installer.repository().find(part.artifact());
            boolean same = jar.isEmpty() || Checksum.of(jar.get()) == part.checksum();
            if (!same || !installer.store().has(part)) {
                return false;
            }
        }
        return true;
    }

    private void takeUp() throws FeatureException {
        Optional<InstalledFeature> before = features.get(set);
        InstalledFeatures result =
                before.isEmpty() ? installer.plusNew(features, set) : installer.refreshed(features, set);
        List<String> members = result.get(set).map(InstalledFeature::members).orElse(List.of());
        for (InstalledFeature feature : features.all()) {
            try {
                result = installer.refreshed(result, feature.name());
            } catch (FeatureException e) {
                if (members.contains(feature.name())) {
                    throw e;
                }
                warnings.add(e.getMessage() + " (" + feature.name() + " stays as it was installed)");
            }
        }
        features = result;
    }
}
