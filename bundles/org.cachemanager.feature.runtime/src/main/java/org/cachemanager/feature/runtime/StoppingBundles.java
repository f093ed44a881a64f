package org.cachemanager.feature.runtime;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceObjects;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Has the framework forget bundles that stop, so that swapping for weeks leaves nothing on the heap.
 *
 * <p>Felix 7.0.5 keeps, for each bundle that has ever got a service, a usage count of zero, and by it the bundle, 7 KB,
 * until that <em>service</em> is gone (its {@code ServiceRegistry}, {@code m_inUseMap}). It drops the count only where
 * the service is let go by {@code ServiceObjects}. SCR gets Configuration Admin in the name of each bundle with a
 * component that can be configured: so it is got and let go in that way once more while the bundle stops.
 */
@Component(
        service = {},
        immediate = true)
public final class StoppingBundles implements SynchronousBundleListener {

    private final BundleContext context;

    /**
     * Begins to listen.
     *
     * @param context of this bundle
     */
    @Activate
    public StoppingBundles(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
    }

    @Deactivate
    void close() {
        context.removeBundleListener(this);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        Bundle bundle = event.getBundle();
        BundleContext stopping = bundle.getBundleContext();
        if (event.getType() == BundleEvent.STOPPING && stopping != null && bundle.getBundleId() != 0) {
            ServiceReference<ConfigurationAdmin> reference = stopping.getServiceReference(ConfigurationAdmin.class);
            if (reference != null) {
                letGo(stopping.getServiceObjects(reference));
            }
        }
    }

    private static <S> void letGo(ServiceObjects<S> service) {
        S got = service.getService();
        if (got != null) {
            service.ungetService(got);
        }
    }
}
