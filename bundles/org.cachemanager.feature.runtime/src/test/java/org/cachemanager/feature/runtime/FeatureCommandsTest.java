package org.cachemanager.feature.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cachemanager.api.feature.FeatureInfo;
import org.cachemanager.api.feature.FeatureRuntime;
import org.junit.Test;

/** The commands of scope feature, as an operator types them. */
public final class FeatureCommandsTest {

    private static final FeatureInfo LRU = new FeatureInfo(
            "eviction-lru", "g:feature:1", "Evicts \"old\" entries", true, List.of("g:lru:1"), List.of("a.pid"));

    private final FeatureCommands commands = new FeatureCommands(new OneFeature());

    @Test
    public void list_showsWhatIsInstalled() {
        assertThat(commands.list()).isEqualTo("installed  eviction-lru  Evicts \"old\" entries");
    }

    @Test
    public void list_asJson_isEscaped() {
        assertThat(commands.list("--json"))
                .isEqualTo("[{\"name\": \"eviction-lru\", \"id\": \"g:feature:1\", \"installed\": true,"
                        + " \"description\": \"Evicts \\\"old\\\" entries\"}]");
    }

    @Test
    public void info_showsBundlesAndConfigurations() {
        assertThat(commands.info("eviction-lru")).contains("(installed)", "bundle  g:lru:1", "configures  a.pid");
        assertThat(commands.info("--json", "eviction-lru"))
                .endsWith("\"bundles\": [\"g:lru:1\"], \"configurations\": [\"a.pid\"]}");
    }

    @Test
    public void info_ofAnUnknownName_saysWhereTheNamesAre() {
        assertThatThrownBy(() -> commands.info("nothing")).hasMessageContaining("feature:list");
    }

    @Test
    public void install_withoutAName_showsTheUsage() {
        assertThatThrownBy(commands::install).hasMessage("Usage: feature:install NAME [--json]");
    }

    @Test
    public void changes_sayWhatWasDone() throws Exception {
        assertThat(commands.install("eviction-lru")).isEqualTo("eviction-lru is installed.");
        assertThat(commands.update("eviction-lru")).isEqualTo("eviction-lru is up to date.");
        assertThat(commands.remove("eviction-lru")).isEqualTo("eviction-lru is removed.");
    }

    @Test
    public void help_isThereForEachCommand() throws Exception {
        assertThat(List.of(
                        commands.list("--help"),
                        commands.info("--help"),
                        commands.install("--help"),
                        commands.update("--help"),
                        commands.remove("--help")))
                .allMatch(text -> text.startsWith("feature:"));
    }

    /** A runtime with one feature that is always installed. */
    private static final class OneFeature implements FeatureRuntime {

        @Override
        public List<FeatureInfo> features() {
            return List.of(LRU);
        }

        @Override
        public FeatureInfo install(String name) {
            return LRU;
        }

        @Override
        public FeatureInfo update(String name) {
            return LRU;
        }

        @Override
        public FeatureInfo remove(String name) {
            return LRU;
        }
    }
}
