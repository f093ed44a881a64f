package org.cachemanager.feature.runtime;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Finds the bundles that are wired to certain others. */
record Dependents(BundleContext context) {

    /** The bundles that could not run without these, by any number of steps; none of these themselves. */
    Set<Bundle> bound(Collection<Bundle> providers) {
        Set<Bundle> found = new LinkedHashSet<>(providers);
        Deque<Bundle> open = new ArrayDeque<>(providers);
        while (!open.isEmpty()) {
            BundleWiring wiring = open.pop().adapt(BundleWiring.class);
            if (wiring == null) {
                continue;
            }
            for (BundleWire wire : wiring.getProvidedWires(null)) {
                Bundle requirer = wire.getRequirer().getBundle();
                if (isMandatory(wire) && found.add(requirer)) {
                    open.push(requirer);
                }
            }
        }
        found.removeAll(providers);
        return found;
    }

    /**
     * Those of the leaving bundles that are not to be refreshed, since that would restart bundles that can do without
     * them, such as Declarative Services, which uses Gogo if it is there: the framework lets go of these when it starts
     * the next time.
     */
    Set<Bundle> lingering(Collection<Bundle> leaving) {
        FrameworkWiring framework = context.getBundle(0).adapt(FrameworkWiring.class);
        Set<Bundle> bound = bound(leaving);
        Set<Bundle> lingering = new LinkedHashSet<>();
        for (Bundle bundle : leaving) {
            Set<Bundle> restarted = new LinkedHashSet<>(framework.getDependencyClosure(List.of(bundle)));
            restarted.removeAll(leaving);
            if (!bound.containsAll(restarted)) {
                lingering.add(bundle);
            }
        }
        return lingering;
    }

    private static boolean isMandatory(BundleWire wire) {
        return wire.getRequirement()
                .getDirectives()
                .getOrDefault(Constants.RESOLUTION_DIRECTIVE, Constants.RESOLUTION_MANDATORY)
                .equals(Constants.RESOLUTION_MANDATORY);
    }
}
