package org.cachemanager.config.yaml.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.Setting.Source;
import org.cachemanager.api.admin.SettingRefusedException;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.jspecify.annotations.Nullable;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Time is the number of times that the files are looked at. */
public final class LiveSettingsTest {

    private static final String CORE = "org.cachemanager.core";
    private static final String HTTP = "org.cachemanager.endpoint.http~http";
    private static final String KEY = "ecQSH8YIV9/+/HS5mcyF8Q==";
    private static final String OTHER_KEY = "AAECAwQFBgcICQoLDA0ODw==";
    private static final long HEAP = 256 << 20;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeConfigurationAdmin admin = new FakeConfigurationAdmin();
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable LiveSettings started;
    private Path file = Path.of("");

    @Before
    public void file() {
        file = folder.getRoot().toPath().resolve("cachemanager.yaml");
    }

    private LiveSettings start(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        LiveSettings live = start(true);
        assertThat(live.settings()).isNotEmpty();
        return live;
    }

    private LiveSettings start(boolean required) throws IOException {
        Inputs inputs = new Inputs(null, new FileContents(), environment, Map.of(), HEAP);
        LiveSettings.Checks checks = new Implementations((pid, property, value) ->
                property.equals("small.queue") && value.startsWith("5") ? "is too much" : null);
        LiveSettings live = new LiveSettings(
                new LiveSettings.Source(file, required),
                inputs,
                new LiveSettings.Node(new PidWriter(admin.service()), checks, Runnable::run));
        live.start();
        admin.done.clear();
        admin.told =
                (pid, deleted) -> live.edited(pid, pid.contains("~") ? pid.replaceFirst("~.*", "") : null, deleted);
        started = live;
        return live;
    }

    /** Changes the file and looks twice, as a node does within a second. */
    private void change(String... lines) throws IOException {
        Files.write(file, List.of(lines));
        pollTwice();
    }

    private void pollTwice() {
        live().poll();
        live().poll();
    }

    private LiveSettings live() {
        if (started == null) {
            throw new AssertionError("not started");
        }
        return started;
    }

    private Setting setting(String name) {
        return live().settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no setting " + name));
    }

    private @Nullable Object written(String pid, String property) {
        return admin.configurations.getOrDefault(pid, Map.of()).get(property);
    }

    /** Changes one property as somebody does in the console. */
    private void edit(String pid, String property, Object value) {
        Map<String, Object> properties = new LinkedHashMap<>(admin.configurations.getOrDefault(pid, Map.of()));
        properties.put(property, value);
        admin.write(pid, properties);
    }

    @Test
    public void poll_changedFile_isTakenOverWhenItHasStayedSo() throws IOException {
        start("max_cache_size: 32MB");
        Files.writeString(file, "max_cache_size: 64MB");
        live().poll();
        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        Files.writeString(file, "max_cache_size: 48MB");
        live().poll();
        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        live().poll();

        assertThat(written(CORE, "max.cache.size")).isEqualTo(48L << 20);
        assertThat(admin.done).containsExactly("write " + CORE);
        assertThat(setting("max_cache_size"))
                .isEqualTo(new Setting("max_cache_size", "48MB", Source.FILE, "cachemanager.yaml:1"));
    }

    @Test
    public void poll_fileReplacedByRename_isTakenOver() throws IOException {
        start("max_cache_size: 32MB", "cache_purge_time: 1s");
        Path fresh = Files.writeString(
                folder.getRoot().toPath().resolve("fresh"), "max_cache_size: 32MB\ncache_purge_time: 2s");
        Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(file));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        pollTwice();

        assertThat(written(CORE, "cache.purge.time")).isEqualTo(2000L);
    }

    @Test
    public void poll_faultyFile_isRefusedWhole_andTriedAgainWhenItChanges() throws IOException {
        start("max_cache_size: 32MB");
        for (String faulty : List.of(
                "max_item_size: 1MB\nmax_cache_size: 1TBB",
                "max_item_size: 1MB\nmax_cach_size: 1MB",
                "max_item_size: 1MB\nmax_cache_size: 900MB",
                "max_item_size: 1MB\nhttp_server: {host: 0.0.0.0}",
                "max_item_size: 1MB\nmax_cache_size: 32MB\neviction: {s3fifo: {small_queue: 5}}",
                "max_item_size: 1MB\nlog: [",
                "")) {
            change(faulty);
            assertThat(admin.done).as(faulty).isEmpty();
            assertThat(setting("max_item_size").value()).isEqualTo("10MB");
        }
        change("max_cache_size: 32MB", "max_item_size: 1MB");

        assertThat(written(CORE, "max.item.size")).isEqualTo(1L << 20);
    }

    @Test
    public void poll_settingsThatCouldNotBeKept_areTriedAgain() throws IOException {
        start("max_cache_size: 32MB");
        admin.full = true;
        change("max_cache_size: 64MB");
        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        admin.full = false;
        for (int i = 0; i < LiveSettings.RETRY_POLLS; i++) {
            live().poll();
        }
        assertThat(written(CORE, "max.cache.size")).isEqualTo(64L << 20);
        assertThat(setting("max_cache_size").value()).isEqualTo("64MB");
        admin.done.clear();
        for (int i = 0; i < 2 * LiveSettings.RETRY_POLLS; i++) {
            live().poll();
        }
        assertThat(admin.done).isEmpty();
    }

    @Test
    public void poll_fileThatIsGone_changesNothing_untilItIsBack() throws IOException {
        start("max_cache_size: 32MB");
        Files.delete(file);
        pollTwice();
        assertThat(admin.done).isEmpty();
        change("max_cache_size: 48MB");

        assertThat(written(CORE, "max.cache.size")).isEqualTo(48L << 20);
    }

    @Test
    public void poll_fileThatNeedNotBeThere_isTakenOverWhenItComes() throws IOException {
        environment.put("CACHEMANAGER_MAX_CACHE_SIZE", "32MB");
        start(false);
        change("worker_timeout: 5s");

        assertThat(written("org.cachemanager.host", "worker.timeout")).isEqualTo(5000L);
    }

    @Test
    public void start_faultyFile_isTakenOverWhenItIsCorrected() throws IOException {
        Files.writeString(file, "max_cache_size: 1TBB");
        start(true);
        assertThat(live().settings()).isEmpty();
        assertThatThrownBy(() -> live().set("max_cache_size", "32MB")).isInstanceOf(SettingRefusedException.class);
        change("max_cache_size: 32MB");

        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        assertThat(admin.configurations).containsKey(HTTP);
    }

    @Test
    public void poll_keysFile_isWatchedToo() throws IOException {
        Path keys = Files.writeString(folder.getRoot().toPath().resolve("keys"), KEY);
        start("max_cache_size: 32MB", "http_server: {encryption: {keys_file: keys}}");
        Files.writeString(keys, OTHER_KEY + "\n" + KEY);
        pollTwice();
        assertThat(written(CORE, "keys")).isEqualTo(new String[] {OTHER_KEY, KEY});
        Files.delete(keys);
        pollTwice();

        assertThat(written(CORE, "keys")).isEqualTo(new String[] {OTHER_KEY, KEY});
        assertThat(setting("http_server.encryption.keys").value())
                .matches("2 keys \\(fingerprints [0-9a-f]{8}, [0-9a-f]{8}\\)");
    }

    @Test
    public void poll_keysComeBeforeTheEndpointOpens_andGoAfterItCloses() throws IOException {
        start("max_cache_size: 32MB");
        change("max_cache_size: 32MB", "http_server: {host: 0.0.0.0, encryption: {keys: [" + KEY + "]}}");
        assertThat(admin.done).containsExactly("write " + CORE, "write " + HTTP);
        admin.done.clear();
        change("max_cache_size: 32MB");

        assertThat(admin.done).containsExactly("write " + HTTP, "write " + CORE);
    }

    @Test
    public void poll_endpointThatIsDisabled_isDeleted_andOwnSettingsAreEmptied() throws IOException {
        start("max_cache_size: 32MB", "eviction: {s3fifo: {small_queue: 0.2}}");
        change("max_cache_size: 32MB", "http_server: {enabled: false}");

        assertThat(admin.done).containsExactlyInAnyOrder("delete " + HTTP, "write org.cachemanager.eviction.s3fifo");
        assertThat(admin.configurations.get("org.cachemanager.eviction.s3fifo")).doesNotContainKey("small.queue");
    }

    @Test
    public void set_winsOverTheFile_untilThatSettingChangesThere() throws Exception {
        start("max_cache_size: 32MB", "eviction: s3fifo");
        assertThat(live().set("eviction", "lru"))
                .isEqualTo(new Setting("eviction", "lru", Source.RUN_TIME, "run time"));
        change("max_cache_size: 48MB", "eviction: s3fifo");
        assertThat(setting("eviction").value()).isEqualTo("lru");
        change("max_cache_size: 48MB", "eviction: {s3fifo: {small_queue: 0.2}}");
        assertThat(setting("eviction").value()).isEqualTo("lru");
        change("max_cache_size: 48MB", "eviction: fifo");

        assertThat(setting("eviction")).isEqualTo(new Setting("eviction", "fifo", Source.FILE, "cachemanager.yaml:2"));
        assertThat(written(CORE, "eviction")).isEqualTo("fifo");
    }

    @Test
    public void set_whatTheEnvironmentSays_isRefused() throws Exception {
        environment.put("CACHEMANAGER_MAX_CACHE_SIZE", "32MB");
        start("max_cache_size: 48MB");

        assertThat(setting("max_cache_size"))
                .isEqualTo(new Setting("max_cache_size", "32MB", Source.ENVIRONMENT, "CACHEMANAGER_MAX_CACHE_SIZE"));
        assertThatThrownBy(() -> live().set("max_cache_size", "64MB"))
                .hasMessageContaining("CACHEMANAGER_MAX_CACHE_SIZE, which wins");
    }

    @Test
    public void set_unusable_isRefusedWithTheLinesOfAFile() throws Exception {
        start("max_cache_size: 32MB");

        assertThatThrownBy(() -> live().set("max_cache_size", "1TBB")).hasMessageContaining("is not a size");
        assertThatThrownBy(() -> live().set("max_cache_size", "900MB")).hasMessageContaining("-Xmx");
        assertThatThrownBy(() -> live().set("max_cach_size", "1MB"))
                .hasMessageContaining("did you mean max_cache_size?");
        assertThatThrownBy(() -> live().set("http_server.host", "0.0.0.0")).hasMessageContaining("not loopback");
        assertThat(admin.done).isEmpty();
    }

    @Test
    public void set_whileTheFileIsFaulty_keepsWhatTheFileSaidBefore() throws Exception {
        start("max_cache_size: 32MB");
        change("max_cache_size: 1TBB");
        live().set("max_item_size", "1MB");

        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        assertThat(written(CORE, "max.item.size")).isEqualTo(1L << 20);
    }

    @Test
    public void reset_lets_theFileCountAgain() throws Exception {
        start("max_cache_size: 32MB");
        live().set("max_cache_size", "48MB");
        assertThat(live().reset("max_cache_size").value()).isEqualTo("32MB");

        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        assertThatThrownBy(() -> live().reset("max_cache_size")).hasMessageContaining("was not set at run time");
    }

    @Test
    public void set_keys_winOverTheKeysFile_untilThatChanges() throws Exception {
        Path keys = Files.writeString(folder.getRoot().toPath().resolve("keys"), KEY);
        start("max_cache_size: 32MB", "http_server: {encryption: {keys_file: keys}}");
        live().set("http_server.encryption.keys", OTHER_KEY);
        assertThat(written(CORE, "keys")).isEqualTo(new String[] {OTHER_KEY});
        Files.writeString(keys, KEY + "\n");
        pollTwice();

        assertThat(written(CORE, "keys")).isEqualTo(new String[] {KEY});
    }

    @Test
    public void edited_configuration_countsAsSetAtRunTime() throws Exception {
        start("max_cache_size: 32MB", "eviction: {s3fifo: {small_queue: 0.2}}");
        edit(CORE, "max.cache.size", 48L << 20);
        edit(CORE, "timestamp.error.margin", 5000L);
        edit(CORE, "keys", new String[] {KEY});
        edit(HTTP, "port", 9000);
        edit("org.cachemanager.log", "level", "DEBUG");
        edit("org.cachemanager.eviction.s3fifo", "small.queue", 0.3);

        assertThat(setting("max_cache_size").source()).isEqualTo(Source.RUN_TIME);
        assertThat(setting("timestamp_error_margin").value()).isEqualTo("5000ms");
        assertThat(setting("http_server.encryption.keys").value()).startsWith("1 key");
        assertThat(setting("http_server.port").value()).isEqualTo("9000");
        assertThat(setting("log.level").value()).isEqualTo("DEBUG");
        assertThat(setting("eviction.s3fifo.small_queue").value()).isEqualTo("0.3");
        assertThat(setting("max_item_size").source()).isEqualTo(Source.DEFAULT);
    }

    @Test
    public void edited_invalidOrOverridden_isPutBackAtOnce() throws Exception {
        environment.put("CACHEMANAGER_MAX_CACHE_SIZE", "32MB");
        start("worker_timeout: 1s");
        edit(CORE, "max.cache.size", 48L << 20);
        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
        edit(HTTP, "host", "0.0.0.0");
        assertThat(written(HTTP, "host")).isEqualTo("127.0.0.1");
        edit(CORE, "unheard.of", "x");
        assertThat(admin.configurations.get(CORE)).doesNotContainKey("unheard.of");
        edit("org.cachemanager.endpoint.http~mine", "port", 9000);

        assertThat(admin.configurations).doesNotContainKey("org.cachemanager.endpoint.http~mine");
        assertThat(live().settings()).noneMatch(setting -> setting.source() == Source.RUN_TIME);
    }

    @Test
    public void edited_endpointDeletedOrCreated_isDisabledOrEnabled() throws Exception {
        start("max_cache_size: 32MB");
        admin.delete(HTTP);
        assertThat(setting("http_server.enabled").value()).isEqualTo("false");
        assertThat(admin.configurations).doesNotContainKey(HTTP);
        edit(HTTP, "port", 9000);
        assertThat(setting("http_server.enabled").value()).isEqualTo("true");
        assertThat(written(HTTP, "host")).isEqualTo("127.0.0.1");
        admin.delete(CORE);

        assertThat(written(CORE, "max.cache.size")).isEqualTo(32L << 20);
    }
}
