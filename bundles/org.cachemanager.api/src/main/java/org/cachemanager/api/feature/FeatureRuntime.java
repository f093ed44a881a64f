package org.cachemanager.api.feature;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs, updates and removes features in the running framework, in the manner of the OSGi Feature Launcher Service
 * (Compendium chapter 160), whose own interface is not on Maven Central.
 *
 * <p>A feature is known by the name of its descriptor, such as {@code eviction-lru}. Methods block until the work is
 * done, and exclude one another; they are not called from a component's activation.
 */
@ProviderType
public interface FeatureRuntime {

    /** The features that can be installed or are, by name. */
    List<FeatureInfo> features();

    /**
     * Installs a feature: its bundles, in the order of their start levels, and its configurations. It stays through
     * restarts. Nothing is done when it is installed already.
     *
     * @throws FeatureException if there is none of that name, or it does not resolve: then all is as it was
     */
    FeatureInfo install(String name) throws FeatureException;

    /**
     * Brings an installed feature to what its descriptor says now, and refreshes only what belongs to it.
     *
     * @throws FeatureException if it is not installed or does not resolve: then all is as it was
     */
    FeatureInfo update(String name) throws FeatureException;

    /**
     * Removes an installed feature: the bundles that no other installed feature needs, and its configurations.
     *
     * @throws FeatureException if it is not installed, or what else is installed needs it: then all is as it was
     */
    FeatureInfo remove(String name) throws FeatureException;
}
