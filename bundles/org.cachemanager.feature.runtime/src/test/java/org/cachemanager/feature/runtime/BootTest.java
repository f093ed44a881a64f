package org.cachemanager.feature.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.cachemanager.api.feature.FeatureException;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The first start of a node, and those after it. */
public final class BootTest {

    @Rule
    public final TemporaryFolder temporary = new TemporaryFolder();

    private TestNode node;

    @Before
    public void makeDistribution() throws Exception {
        node = new TestNode(temporary.getRoot().toPath());
        for (String bundle : new String[] {"core", "heap", "lru", "extra"}) {
            node.artifact(bundle);
        }
        node.feature("base", "core@4");
        node.feature("heap", "heap@5");
        node.feature("lru", "lru@5");
        node.feature("extra", "extra@5");
        node.set("node", "base", "heap");
    }

    @After
    public void stop() throws Exception {
        node.stop();
    }

    @Test
    public void firstStart_runsWhatTheSetNames() throws Exception {
        Boot boot = node.start("node");

        assertThat(boot.fresh()).isTrue();
        assertThat(boot.faults(node.context())).isEmpty();
        assertThat(node.active()).containsExactly("core", "heap");
    }

    @Test
    public void nextStart_whenNothingChanged_trustsTheCache() throws Exception {
        settledStart();
        node.stop();

        Boot boot = node.start("node");

        assertThat(boot.fresh()).isFalse();
        assertThat(node.active()).containsExactly("core", "heap");
    }

    @Test
    public void nextStart_afterOneThatDidNotSettle_beginsAnew() throws Exception {
        node.start("node");
        node.stop();

        assertThat(node.boot("node").fresh()).isTrue();
    }

    @Test
    public void nextStart_takesUpChangedContent() throws Exception {
        settledStart();
        node.stop();
        node.artifact("heap", "Change: 1");

        assertThat(node.start("node").fresh()).isTrue();
        assertThat(node.bundle("heap").orElseThrow().getHeaders().get("Change")).isEqualTo("1");
    }

    @Test
    public void nextStart_takesUpAChangedDescriptorAndANewMember() throws Exception {
        settledStart();
        node.stop();
        node.feature("heap", "heap@5", "extra@6");
        node.set("node", "base", "heap", "lru");

        node.start("node");

        assertThat(node.active()).containsExactlyInAnyOrder("core", "heap", "extra", "lru");
    }

    @Test
    public void nextStart_keepsWhatTheOperatorInstalledAndRemoved() throws Exception {
        settledStart();
        node.features().install("lru");
        node.features().remove("heap");
        node.stop();

        assertThat(node.start("node").fresh()).isFalse();
        assertThat(node.active()).containsExactly("core", "lru");

        node.stop();
        node.artifact("core", "Change: 1");
        assertThat(node.start("node").fresh()).isTrue();
        assertThat(node.active()).containsExactlyInAnyOrder("core", "lru");
    }

    @Test
    public void nextStart_keepsAnInstalledFeatureThatTheDistributionNoLongerHas() throws Exception {
        settledStart();
        node.features().install("lru");
        node.stop();
        Files.delete(node.home.resolve("features/lru.json"));
        Files.delete(new Coordinates("test", "lru", "jar", "", TestNode.VERSION).in(node.home.resolve("repository")));
        node.artifact("core", "Change: 1");

        Boot boot = node.start("node");

        assertThat(boot.warnings()).singleElement().asString().contains("lru stays as it was installed");
        assertThat(node.active()).containsExactlyInAnyOrder("core", "heap", "lru");
    }

    @Test
    public void start_whenAMemberCannotBeUsed_isRefused() throws Exception {
        node.set("node", "base", "absent");

        assertThatThrownBy(() -> node.boot("node"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("There is no feature absent");
    }

    @Test
    public void faults_nameTheBundleThatDoesNotRun() throws Exception {
        node.artifact("heap", "Import-Package: nobody.exports.this");

        Boot boot = node.start("node");

        assertThat(boot.faults(node.context())).singleElement().asString().contains("heap", "nobody.exports.this");
    }

    @Test
    public void aDamagedList_saysWhatToDo() throws Exception {
        settledStart();
        Files.writeString(node.base.resolve("installed/list"), "nonsense\n");

        assertThatThrownBy(() -> node.boot("node"))
                .isInstanceOf(FeatureException.class)
                .hasMessageContaining("is damaged");
    }

    private void settledStart() throws Exception {
        node.start("node").settle();
    }
}
