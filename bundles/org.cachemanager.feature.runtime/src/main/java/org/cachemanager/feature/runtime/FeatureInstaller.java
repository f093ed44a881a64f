package org.cachemanager.feature.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;
import org.osgi.framework.BundleContext;
import org.osgi.service.feature.FeatureService;

/**
 * Works out what a feature needs, keeps copies of it, and has it deployed: the same code before the first start and in
 * the running framework. One thread at a time.
 */
final class FeatureInstaller {

    private final Catalogue catalogue;
    private final Repository repository;
    private final Store store;

    FeatureInstaller(Places places, Supplier<FeatureService> reader) {
        this.catalogue = new Catalogue(places.descriptors(), reader);
        this.repository = new Repository(places.repositories());
        this.store = new Store(places.installed());
    }

    Store store() {
        return store;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Repository repository() {
        return repository;
    }

    InstalledFeatures installed() throws FeatureException {
        try {
            return store.load();
        } catch (IOException e) {
            throw new FeatureException(BundleHealth.message(e), e);
        }
    }

    List<FeatureInfo> features() throws FeatureException {
        InstalledFeatures installed = installed();
        SortedSet<String> names = new TreeSet<>(catalogue.names());
        names.addAll(installed.byName().keySet());
        List<FeatureInfo> features = new ArrayList<>();
        for (String name : names) {
            features.add(info(name, installed));
        }
        return features;
    }

    /** How a feature stands: as it was installed, or as its descriptor would have it. */
    FeatureInfo info(String name, InstalledFeatures installed) throws FeatureException {
        Optional<InstalledFeature> feature = installed.get(name);
        if (feature.isEmpty()) {
            Descriptor descriptor = catalogue.read(name);
            List<String> bundles = descriptor.bundles().stream()
                    .map(wanted -> wanted.artifact().toString())
                    .toList();
            List<String> pids = List.copyOf(descriptor.configurations().keySet());
            return new FeatureInfo(name, descriptor.id(), descriptor.description(), false, bundles, pids);
        }
        Descriptor descriptor = kept(feature.get());
        List<String> bundles = feature.get().parts().stream()
                .map(part -> part.artifact().toString())
                .toList();
        return new FeatureInfo(
                name,
                descriptor.id(),
                descriptor.description(),
                true,
                bundles,
                feature.get().pids());
    }

    /** The descriptor with which a feature was installed. */
    Descriptor kept(InstalledFeature feature) throws FeatureException {
        return catalogue.read(feature.name(), store.file(feature.fileName()));
    }

    /**
     * The installed features and one more, with its members; artifacts that are there stay in the content they have.
     */
    InstalledFeatures plusNew(InstalledFeatures installed, String name) throws FeatureException {
        InstalledFeatures result = installed;
        Set<String> open = new LinkedHashSet<>(List.of(name));
        while (!open.isEmpty()) {
            String next = open.iterator().next();
            open.remove(next);
            if (result.get(next).isEmpty()) {
                InstalledFeature feature = fetch(next);
                InstalledFeatures before = result;
                List<Part> parts = feature.parts().stream()
                        .map(part -> before.part(part.artifact()).orElse(part))
                        .toList();
                result = result.with(feature.withParts(parts));
                open.addAll(feature.members());
            }
        }
        return result;
    }

    /** The installed features, one of them as its descriptor and the repository have it now. */
    InstalledFeatures refreshed(InstalledFeatures installed, String name) throws FeatureException {
        Optional<InstalledFeature> before = installed.get(name);
        InstalledFeature now = fetch(name);
        InstalledFeatures result = installed.with(now).sharing(now.parts());
        List<String> added = new ArrayList<>(now.members());
        added.removeAll(before.map(InstalledFeature::members).orElse(List.of()));
        for (String member : added) {
            result = plusNew(result, member);
        }
        return result;
    }

    /** Takes the framework and the list from one set of features to another, or leaves both as they are. */
    void apply(BundleContext context, Configurations configurations, InstalledFeatures before, InstalledFeatures after)
            throws FeatureException {
        Deployment deployment = new Deployment(context, store, configurations, change(before, after));
        try {
            store.begin();
            try {
                deployment.carryOut();
                store.commit(after);
            } finally {
                store.end();
            }
        } catch (IOException e) {
            throw new FeatureException("The list of features can't be written: " + e + ". Is the disk full?", e);
        }
    }

    Deployment.Change change(InstalledFeatures before, InstalledFeatures after) throws FeatureException {
        Map<String, Part> arriving = new LinkedHashMap<>(after.parts());
        arriving.keySet().removeAll(before.parts().keySet());
        Map<String, Part> leaving = new LinkedHashMap<>(before.parts());
        leaving.keySet().removeAll(after.parts().keySet());
        Map<String, Map<String, Object>> configurations = new LinkedHashMap<>();
        for (InstalledFeature feature : after.all()) {
            if (!feature.pids().isEmpty() && !before.get(feature.name()).equals(Optional.of(feature))) {
                configurations.putAll(kept(feature).configurations());
            }
        }
        Set<String> dropped = before.pids();
        dropped.removeAll(after.pids());
        return new Deployment.Change(arriving.values(), leaving.values(), configurations, dropped);
    }

    /** Reads a descriptor, finds its bundles, and keeps copies of all of it. */
    private InstalledFeature fetch(String name) throws FeatureException {
        Descriptor descriptor = catalogue.read(name);
        List<Part> parts = new ArrayList<>();
        try {
            for (Descriptor.Wanted wanted : descriptor.bundles()) {
                parts.add(fetch(name, wanted));
            }
            InstalledFeature feature = new InstalledFeature(
                    name,
                    Checksum.of(descriptor.file()),
                    parts,
                    List.copyOf(descriptor.configurations().keySet()),
                    descriptor.members());
            store.keep(descriptor.file(), feature.fileName());
            return feature;
        } catch (IOException e) {
            throw new FeatureException("The feature " + name + " can't be copied to the node's directory: " + e, e);
        }
    }

    private Part fetch(String name, Descriptor.Wanted wanted) throws IOException, FeatureException {
        Optional<Path> file = repository.find(wanted.artifact());
        if (file.isEmpty()) {
            throw new FeatureException("The feature " + name + " needs " + wanted.artifact() + ", which is not there: "
                    + "put it at " + wanted.artifact().in(repository.roots().get(0)));
        }
        Part part = new Part(wanted.artifact(), wanted.startLevel(), Checksum.of(file.get()));
        if (!store.has(part)) {
            Files.deleteIfExists(store.file(part.fileName()));
            store.keep(file.get(), part.fileName());
        }
        return part;
    }
}
