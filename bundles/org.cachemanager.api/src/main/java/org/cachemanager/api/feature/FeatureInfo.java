package org.cachemanager.api.feature;

import java.util.List;

/**
 * A feature and how it stands.
 *
 * @param name the name of its descriptor
 * @param id its Maven coordinates
 * @param description one sentence
 * @param installed whether it is installed
 * @param bundles the Maven coordinates of its bundles, in their order
 * @param configurations the PIDs that it configures
 */
public record FeatureInfo(
        String name,
        String id,
        String description,
        boolean installed,
        List<String> bundles,
        List<String> configurations) {

    public FeatureInfo {
        bundles = List.copyOf(bundles);
        configurations = List.copyOf(configurations);
    }
}
