package {{package}};

import static org.cachemanager.testkit.node.NodeOptions.evictionLru;
import static org.cachemanager.testkit.node.NodeOptions.node;
import static org.cachemanager.testkit.node.NodeOptions.plugin;
import static org.cachemanager.testkit.node.NodeOptions.storageOffheap;
import static org.junit.Assert.assertEquals;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;

import java.nio.file.Path;
import javax.inject.Inject;
import org.cachemanager.api.Cache;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A node assembled from its parts in the test's own JVM; this policy comes and goes. */
@RunWith(PaxExam.class)
public class {{Name}}AssembledIT {

    @Inject
    private Cache cache;

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] assembled() {
        return options(
                node(1, "storage: offheap", "eviction: {{name}}"),
                storageOffheap(),
                evictionLru(),
                plugin(Path.of(System.getProperty("plugin.jar"))),
                junitBundles());
    }

    private String inForce() {
        return cache.status().seams().stream()
                .filter(seam -> seam.seam().equals("eviction"))
                .map(seam -> seam.name())
                .findFirst()
                .orElse("none");
    }

    @Test
    public void policyThatStops_leavesToTheNextBest_andComesBack() throws Exception {
        assertEquals("{{name}}", inForce());
        for (Bundle bundle : context.getBundles()) {
            if ("{{package}}".equals(bundle.getSymbolicName())) {
                bundle.stop();
                assertEquals("lru", inForce());
                bundle.start();
            }
        }
        assertEquals("{{name}}", inForce());
    }
}
