package org.cachemanager.launcher;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.apache.felix.framework.FrameworkFactory;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.feature.runtime.Boot;
import org.cachemanager.feature.runtime.Places;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.service.feature.FeatureService;

/** The framework of a node, from its features to its end. */
final class Node {

    /** The feature that names what a node begins with. */
    static final String DEFAULT_SET = "node";

    private static final int START_LEVEL = 10;
    private static final int PLUGIN_START_LEVEL = 4;
    private static final long STOP_PATIENCE_SECONDS = 10;

    /** A jar is taken when it is found unchanged after this time, so that half a copy is not. */
    private static final long DEPLOY_POLL_MILLIS = 500;

    private final Options options;
    private final BaseDirectory base;
    private final Terminal terminal;
    private volatile @Nullable Framework framework;
    private volatile boolean stopping;

    Node(Options options, BaseDirectory base, Terminal terminal) {
        this.options = options;
        this.base = base;
        this.terminal = terminal;
    }

    /** Starts the framework with the features that are to run; returns its context when all of their bundles run. */
    BundleContext start() throws LaunchException {
        log("logback.configurationFile", "etc/logback.xml");
        log("java.util.logging.config.file", "etc/logging.properties");
        try {
            Places places = Places.of(frameworkProperties()::get, options.base());
            Boot boot = Boot.prepare(places, Node::reader, base.osgiCache(), DEFAULT_SET);
            Framework started = new FrameworkFactory().newFramework(properties(boot.fresh()));
            framework = started;
            started.init();
            BundleContext context = started.getBundleContext();
            if (boot.fresh()) {
                boot.populate(context);
            }
            started.start();
            settle(boot, context);
            return context;
        } catch (FeatureException | BundleException e) {
            throw new LaunchException(String.valueOf(e.getMessage()), e);
        }
    }

    private void settle(Boot boot, BundleContext context) throws LaunchException, FeatureException {
        List<String> faults = boot.faults(context);
        terminal.complain(boot.warnings());
        if (!faults.isEmpty()) {
            throw new LaunchException(String.join("\n", faults));
        }
        boot.settle();
    }

    /** Whether it was asked to stop, after which nothing that goes wrong at the start matters. */
    boolean stopping() {
        return stopping;
    }

    /** Waits until the framework has stopped, by whatever. */
    void await() throws InterruptedException {
        Framework running = framework;
        if (running != null) {
            int event = FrameworkEvent.STOPPED_UPDATE;
            while (event == FrameworkEvent.STOPPED_UPDATE) {
                // the framework starts itself again after an update of the system bundle
                event = running.waitForStop(0).getType();
            }
        }
    }

    /** Stops the framework; says whether it did within some seconds. */
    boolean stop() {
        stopping = true;
        Framework running = framework;
        if (running == null) {
            return true;
        }
        try {
            running.stop();
            return running.waitForStop(TimeUnit.SECONDS.toMillis(STOP_PATIENCE_SECONDS))
                            .getType()
                    != FrameworkEvent.WAIT_TIMEDOUT;
        } catch (BundleException e) {
            terminal.complain("The framework did not stop: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    Map<String, String> properties(boolean fresh) {
        Map<String, String> properties = frameworkProperties();
        properties.put(Constants.FRAMEWORK_STORAGE, base.osgiCache().toString());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, String.valueOf(START_LEVEL));
        // a bundle sees what it imports, whoever asks
        properties.put("felix.bootdelegation.implicit", "false");
        // components are read from XML once, not at every start
        properties.put("ds.cache.metadata", "true");
        // else Felix' log service keeps two loggers, and so the bundle, for every one that ever had components
        properties.put("ds.log.extension", "true");
        // a web console that is added must not listen before it is configured
        properties.put("org.apache.felix.http.require.config", "true");
        properties.putAll(watched());
        if (fresh) {
            properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        }
        return properties;
    }

    /** How File Install looks after {@code deploy/}: jars alone, as plug-ins, and nobody else is refreshed for them. */
    private Map<String, String> watched() {
        String file = "felix.fileinstall.";
        return Map.of(
                file + "dir", base.deploy().toString(),
                file + "tmpdir", base.osgiCache().resolve("fileinstall").toString(),
                file + "filter", ".*\\.jar",
                file + "poll", String.valueOf(DEPLOY_POLL_MILLIS),
                file + "start.level", String.valueOf(PLUGIN_START_LEVEL),
                file + "noInitialDelay", "true",
                file + "enableConfigSave", "false",
                file + "fragmentRefreshScope", "none",
                file + "optionalImportRefreshScope", "none",
                file + "log.level", "3");
    }

    private Map<String, String> frameworkProperties() {
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("cachemanager.")) {
                properties.put(name, System.getProperty(name));
            }
        }
        properties.put(Places.HOME, options.home().toString());
        properties.put(Places.BASE, options.base().toString());
        if (options.config() != null) {
            properties.put("cachemanager.config", options.config().toString());
        }
        return properties;
    }

    /** Names the file that says how is logged until the settings do, unless the operator has named another. */
    private void log(String property, String file) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, options.home().resolve(file).toString());
        }
    }

    private static FeatureService reader() {
        return ServiceLoader.load(FeatureService.class)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("lib/ has no reader of features: unpack the archive again"));
    }
}
