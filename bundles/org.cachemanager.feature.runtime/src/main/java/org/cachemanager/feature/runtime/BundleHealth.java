package org.cachemanager.feature.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/** Tells whether bundles run that should. */
final class BundleHealth {

    private final int frameworkLevel;

    BundleHealth(BundleContext context) {
        this.frameworkLevel =
                context.getBundle(0).adapt(FrameworkStartLevel.class).getStartLevel();
    }

    /** Why a bundle that should run does not, one line each; empty when all do. */
    List<String> faults(Collection<Bundle> bundles) {
        List<String> faults = new ArrayList<>();
        for (Bundle bundle : bundles) {
            if (!active(bundle) && !isFragment(bundle) && due(bundle)) {
                faults.add(bundle.getSymbolicName() + ' ' + bundle.getVersion() + " does not run: " + reason(bundle));
            }
        }
        return faults;
    }

    static boolean active(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private boolean due(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        return level == null || level.getStartLevel() <= frameworkLevel;
    }

    /** What the framework says when it is asked to start the bundle once more. */
    private static String reason(Bundle bundle) {
        if (bundle.getState() == Bundle.UNINSTALLED) {
            return "it was uninstalled";
        }
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "it did not start at first, but does now";
        } catch (BundleException | RuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return message(e) + (cause == e ? "" : " (" + cause + ')');
        }
    }
}
