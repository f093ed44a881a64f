package org.cachemanager.config.yaml.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.admin.CacheAdmin;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.SettingRefusedException;
import org.cachemanager.api.admin.SettingsAdmin;
import org.cachemanager.api.feature.FeatureRuntime;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.MetaTypeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the settings to Configuration Admin when the node starts, then watches the files, and Configuration Admin for
 * what others write there.
 */
@Component(
        service = {SettingsAdmin.class, SynchronousConfigurationListener.class},
        immediate = true)
public final class YamlConfiguration implements SettingsAdmin, SynchronousConfigurationListener {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.config");

    /** A change is taken over when it was there twice: after half a second at the latest. */
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final MetatypeDefinitions definitions;
    private final Implementations implementations;
    private final LiveSettings settings;
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(1, YamlConfiguration::newThread, new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Reads and writes the settings; blocks on the file.
     *
     * @param admin takes the configurations
     * @param context tells where the file is
     * @throws IOException when Configuration Admin can't keep a configuration
     */
    @Activate
    public YamlConfiguration(@Reference ConfigurationAdmin admin, BundleContext context) throws IOException {
        Inputs inputs = new Inputs(
                null,
                new FileContents(),
                System.getenv(),
                Map.of(),
                Runtime.getRuntime().maxMemory());
        definitions = new MetatypeDefinitions(context);
        implementations = new Implementations(definitions);
        settings = new LiveSettings(
                source(context), inputs, new LiveSettings.Node(new PidWriter(admin), implementations, watch));
        settings.start();
    }

    /** The file that is named, which must be there, or the one of the base directory, if it is. */
    private static LiveSettings.@Nullable Source source(BundleContext context) {
        String named = context.getProperty("cachemanager.config");
        if (named != null && !named.isEmpty()) {
            return new LiveSettings.Source(Path.of(named), true);
        }
        String base = context.getProperty("cachemanager.base");
        return base == null || base.isEmpty()
                ? null
                : new LiveSettings.Source(Path.of(base, "cachemanager.yaml"), false);
    }

    private static Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "cachemanager-config");
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to watch the files. */
    @Activate
    void watch() {
        Future<?> unused = watch.scheduleWithFixedDelay(
                this::poll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void poll() {
        try {
            settings.poll();
        } catch (RuntimeException | Error e) {
            LOG.error("The settings can't be watched this time.", e);
        }
    }

    @Deactivate
    void close() {
        watch.shutdownNow();
    }

    /** Keeps the component when a service comes or goes. */
    @Modified
    void modified() {
        // Nothing is configured here; without this method it would be built anew.
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFeatures(FeatureRuntime runtime) {
        implementations.features.set(runtime);
        Future<?> unused = watch.schedule(settings::arrange, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void unbindFeatures(FeatureRuntime runtime) {
        implementations.features.compareAndSet(runtime, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindCache(CacheAdmin cache) {
        implementations.cache.set(cache);
    }

    void unbindCache(CacheAdmin cache) {
        implementations.cache.compareAndSet(cache, null);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMetatype(MetaTypeService metatype) {
        definitions.metatype.set(metatype);
    }

    void unbindMetatype(MetaTypeService metatype) {
        definitions.metatype.compareAndSet(metatype, null);
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (event.getType() != ConfigurationEvent.CM_LOCATION_CHANGED) {
            settings.edited(event.getPid(), event.getFactoryPid(), event.getType() == ConfigurationEvent.CM_DELETED);
        }
    }

    @Override
    public List<Setting> settings() {
        return settings.settings();
    }

    @Override
    public Setting set(String name, String value) throws SettingRefusedException {
        return settings.set(name, value);
    }

    @Override
    public Setting reset(String name) throws SettingRefusedException {
        return settings.reset(name);
    }
}
