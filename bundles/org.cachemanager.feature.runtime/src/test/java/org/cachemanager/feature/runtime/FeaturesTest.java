package org.cachemanager.feature.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.cachemanager.api.feature.FeatureException;
import org.cachemanager.api.feature.FeatureInfo;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** Features are installed, updated and removed in a Felix that runs. */
public final class FeaturesTest {

    private static final String NO_SUCH_ACTIVATOR = "Bundle-Activator: no.such.Activator";

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private TestNode node;
    private Features features;
    private List<String> stopped;

    @Before
    public void startWithTwoPlugins() throws Exception {
        node = new TestNode(temporary.getRoot().toPath());
        node.artifact("api", "Export-Package: api");
        node.artifact("core", "Import-Package: api");
        node.artifact("lru", "Import-Package: api");
        node.artifact("fifo", "Import-Package: api");
        node.feature("base", "core@4", "api@3");
        node.feature("lru", "lru@5");
        node.feature("fifo", "fifo@5");
        node.start();
        features = node.features();
        features.install("base");
        stopped = Collections.synchronizedList(new ArrayList<>());
        SynchronousBundleListener listener = event -> {
            if (event.getType() == BundleEvent.STOPPED || event.getType() == BundleEvent.UNRESOLVED) {
                stopped.add(event.getBundle().getSymbolicName());
            }
        };
        node.context().addBundleListener(listener);
    }

    @After
    public void stop() throws Exception {
        node.stop();
    }

    @Test
    public void install_runsTheBundlesInTheOrderOfTheirStartLevels() throws Exception {
        FeatureInfo lru = features.install("lru");

        assertThat(lru.installed()).isTrue();
        assertThat(lru.bundles()).containsExactly("test:lru:1.0.0-SNAPSHOT");
        assertThat(node.active()).containsExactly("api", "core", "lru");
        assertThat(features.features())
                .extracting(FeatureInfo::name, FeatureInfo::installed)
                .containsExactly(tuple("base", true), tuple("fifo", false), tuple("lru", true));
    }

    @Test
    public void install_twice_changesNothing() throws Exception {
        features.install("lru");
        Bundle before = node.bundle("lru").orElseThrow();

        features.install("lru");

        assertThat(node.bundle("lru")).containsSame(before);
        assertThat(stopped).isEmpty();
    }

    @Test
    public void install_writesTheConfigurations_removeDeletesThem() throws Exception {
        node.descriptor("tuned", "\"configurations\": {\"a.pid\": {\"n\": 3}, \"a.factory~x\": {\"on\": true}}");

        assertThat(features.install("tuned").configurations()).containsExactly("a.pid", "a.factory~x");
        assertThat(node.configured).containsOnlyKeys("a.pid", "a.factory~x");
        assertThat(node.configured).extractingByKey("a.pid").hasToString("{n=3}");

        features.remove("tuned");
        assertThat(node.configured).isEmpty();
    }

    @Test
    public void install_whatDoesNotResolve_isTakenBackWhole() throws Exception {
        node.artifact("helper");
        node.artifact("needy", "Import-Package: nobody.exports.this");
        node.descriptor(
                "broken",
                "\"bundles\": [{\"id\": \"test:helper:1.0.0-SNAPSHOT\"}, {\"id\": \"test:needy:1.0.0-SNAPSHOT\"}],"
                        + " \"configurations\": {\"a.pid\": {}}");

        assertThatThrownBy(() -> features.install("broken"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("nobody.exports.this");

        assertAsAtFirst();
        assertThat(node.configured).isEmpty();
        assertThat(node.installer().installed().byName()).containsOnlyKeys("base");
    }

    @Test
    public void install_whatDoesNotStart_isTakenBackWhole() throws Exception {
        node.artifact("failing", NO_SUCH_ACTIVATOR);
        node.feature("broken", "failing@5");

        assertThatThrownBy(() -> features.install("broken")).isInstanceOf(FeatureException.class);

        assertAsAtFirst();
    }

    @Test
    public void install_withoutAnArtifact_saysWhereToPutIt() throws Exception {
        node.feature("incomplete", "absent@5");

        assertThatThrownBy(() -> features.install("incomplete"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("test:absent:1.0.0-SNAPSHOT")
                .hasMessageContaining("absent-1.0.0-SNAPSHOT.jar");
        assertAsAtFirst();
    }

    @Test
    public void install_ofAnUnknownName_isRefused() {
        assertThatThrownBy(() -> features.install("../base"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("There is no feature ../base");
    }

    @Test
    public void update_ofChangedContentInTheSameVersion_touchesThatBundleAlone() throws Exception {
        features.install("lru");
        features.install("fifo");
        node.artifact("lru", "Import-Package: api", "Change: 1");

        features.update("lru");

        assertThat(node.bundle("lru").orElseThrow().getHeaders().get("Change")).isEqualTo("1");
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru", "fifo");
        assertThat(stopped).containsOnly("lru");
    }

    @Test
    public void update_ofWhatOthersAreWiredTo_refreshesThemToo() throws Exception {
        features.install("lru");
        node.artifact("api", "Export-Package: api", "Change: 1");

        features.update("base");

        assertThat(node.bundle("api").orElseThrow().getHeaders().get("Change")).isEqualTo("1");
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru");
    }

    @Test
    public void update_whenNothingChanged_touchesNothing() throws Exception {
        features.update("base");

        assertThat(stopped).isEmpty();
    }

    @Test
    public void update_whenTheNewContentDoesNotStart_bringsTheOldBack() throws Exception {
        features.install("lru");
        node.artifact("lru", "Import-Package: api", "Change: 1", NO_SUCH_ACTIVATOR);

        assertThatThrownBy(() -> features.update("lru")).isInstanceOf(FeatureException.class);

        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru");
        assertThat(node.bundle("lru").orElseThrow().getHeaders().get("Change")).isNull();
        assertThat(stopped).containsOnly("lru");
    }

    @Test
    public void update_whenOthersDoNotResolveAfterwards_bringsTheOldBack() throws Exception {
        node.artifact("api", "Export-Package: api.renamed");
        node.artifact("core", "Import-Package: api.renamed");
        features.install("lru");

        assertThatThrownBy(() -> features.update("base"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("lru");

        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru");
        assertThat(node.bundle("api").orElseThrow().getHeaders().get("Export-Package"))
                .isEqualTo("api");
    }

    @Test
    public void update_ofAFeatureThatSharesABundle_keepsBothOnTheSameContent() throws Exception {
        node.feature("other", "lru@5");
        features.install("lru");
        features.install("other");
        node.artifact("lru", "Import-Package: api", "Change: 1");

        features.update("lru");

        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru");
        assertThat(node.installer().installed().parts()).hasSize(3);
    }

    @Test
    public void remove_leavesWhatAnotherFeatureNeeds() throws Exception {
        node.feature("other", "lru@5", "fifo@5");
        features.install("lru");
        features.install("other");

        features.remove("other");
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "lru");

        assertThat(features.remove("lru").installed()).isFalse();
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core");
        assertThat(stopped).containsOnly("lru", "fifo");
    }

    @Test
    public void remove_ofWhatOthersAreWiredTo_isRefused() throws Exception {
        features.install("lru");

        assertThatThrownBy(() -> features.remove("base"))
                .isInstanceOf(FeatureException.class)
                .hasMessageStartingWith("The feature base is needed by lru:");
        assertThat(stopped).isEmpty();
    }

    @Test
    public void remove_ofWhatOthersUseIfItIsThere_leavesThemRunning() throws Exception {
        node.artifact("gogo", "Export-Package: gogo");
        node.artifact("scr", "Import-Package: gogo;resolution:=optional");
        node.artifact("shell", "Import-Package: gogo");
        node.feature("shell", "gogo@1", "shell@6");
        node.feature("services", "scr@2");
        features.install("shell");
        features.install("services");

        features.remove("shell");
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "scr");

        features.install("shell");
        assertThat(node.active()).containsExactlyInAnyOrder("api", "core", "scr", "gogo", "shell");
        assertThat(stopped).doesNotContain("scr", "api", "core");
    }

    @Test
    public void remove_deletesTheKeptCopies() throws Exception {
        features.install("lru");
        features.remove("lru");

        try (var files = Files.list(node.base.resolve("installed"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("lru") || name.equals("changing"))
                    .contains("list");
        }
    }

    @Test
    public void activation_writesTheConfigurationsThatAreNotThere() throws Exception {
        node.descriptor("tuned", "\"configurations\": {\"a.pid\": {\"n\": 3}, \"b.pid\": {\"n\": 3}}");
        features.install("tuned");
        node.configured.clear();
        node.configured.put("b.pid", Map.of("n", "changed since"));

        node.features();

        assertThat(node.configured).containsOnlyKeys("a.pid", "b.pid");
        assertThat(node.configured).containsEntry("b.pid", Map.of("n", "changed since"));
    }

    private void assertAsAtFirst() {
        assertThat(node.active()).containsExactly("api", "core");
        assertThat(node.context().getBundles()).hasSize(3);
        assertThat(stopped).doesNotContain("api", "core");
    }
}
