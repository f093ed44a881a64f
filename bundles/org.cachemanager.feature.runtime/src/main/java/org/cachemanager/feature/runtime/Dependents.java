package org.cachemanager.feature.runtime;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/** Finds the bundles that could not run without certain others. */
record Dependents(BundleContext context, Store store) {

    /** The symbolic names of the bundles that are wired to these parts and are none of them. */
    Set<String> of(Collection<Part> parts) {
        Set<Bundle> leaving = new LinkedHashSet<>();
        for (Part part : parts) {
            Optional.ofNullable(context.getBundle(store.location(part))).ifPresent(leaving::add);
        }
        Set<String> dependents = new TreeSet<>();
        for (Bundle bundle : leaving) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null) {
                for (BundleWire wire : wiring.getProvidedWires(null)) {
                    Bundle requirer = wire.getRequirer().getBundle();
                    if (!leaving.contains(requirer) && isMandatory(wire)) {
                        dependents.add(requirer.getSymbolicName());
                    }
                }
            }
        }
        return dependents;
    }

    private static boolean isMandatory(BundleWire wire) {
        Map<String, String> directives = wire.getRequirement().getDirectives();
        String resolution = directives.getOrDefault(Constants.RESOLUTION_DIRECTIVE, Constants.RESOLUTION_MANDATORY);
        return resolution.equals(Constants.RESOLUTION_MANDATORY);
    }
}
