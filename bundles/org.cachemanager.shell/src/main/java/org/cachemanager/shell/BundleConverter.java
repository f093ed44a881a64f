package org.cachemanager.shell;

import java.util.Arrays;
import java.util.List;
import org.apache.felix.service.command.Converter;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Finds the bundle that a word of a command names: {@code felix:stop 42}, or the symbolic name or location for the
 * number. Gogo itself brings this only with a shell for a terminal, which a node has no use for.
 */
@Component(property = Converter.CONVERTER_CLASSES + "=org.osgi.framework.Bundle")
public final class BundleConverter implements Converter {

    private final BundleContext framework;

    @Activate
    public BundleConverter(BundleContext context) {
        framework = context.getBundle(0).getBundleContext();
    }

    /** Returns null when another type is asked for, or there is no such bundle, or more than one. */
    @Override
    public @Nullable Object convert(Class<?> desiredType, Object in) {
        if (desiredType != Bundle.class || !(in instanceof CharSequence)) {
            return null;
        }
        String word = in.toString();
        Bundle[] all = framework.getBundles();
        for (Bundle bundle : all) {
            if (word.equals(Long.toString(bundle.getBundleId())) || word.equals(bundle.getLocation())) {
                return bundle;
            }
        }
        List<Bundle> named = Arrays.stream(all)
                .filter(bundle -> word.equals(bundle.getSymbolicName()))
                .toList();
        return named.size() == 1 ? named.get(0) : null;
    }

    /** Leaves it to Gogo how anything is shown. */
    @Override
    public @Nullable CharSequence format(Object target, int level, Converter escape) {
        return null;
    }
}
