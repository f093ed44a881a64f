package org.cachemanager.config.yaml.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cachemanager.config.yaml.FileContents;
import org.cachemanager.config.yaml.Inputs;
import org.jspecify.annotations.Nullable;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What concerns the other nodes, changed while this one runs. */
public final class ClusterChangesTest {

    private static final String CORE = "org.cachemanager.core";
    private static final String FIXED = "org.cachemanager.registry.fixed";
    private static final String ETCD = "org.cachemanager.registry.etcd";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final FakeConfigurationAdmin admin = new FakeConfigurationAdmin();
    private Path file = Path.of("");
    private @Nullable LiveSettings live;

    @Before
    public void start() throws IOException {
        file = folder.getRoot().toPath().resolve("cachemanager.yaml");
        Files.writeString(file, "peer_nodes: [{host: a, port: 1}]");
        Inputs inputs = new Inputs(null, new FileContents(), Map.of(), Map.of(), 0);
        LiveSettings started = new LiveSettings(
                new LiveSettings.Source(file, true),
                inputs,
                new LiveSettings.Node(new PidWriter(admin.service()), (next, before) -> List.of(), Runnable::run));
        started.start();
        live = started;
        admin.done.clear();
    }

    private void change(String text) throws IOException {
        LiveSettings started = live;
        if (started == null) {
            throw new AssertionError("not started");
        }
        Files.writeString(file, text);
        started.poll();
        started.poll();
    }

    private @Nullable Object written(String pid, String property) {
        return admin.configurations.getOrDefault(pid, Map.of()).get(property);
    }

    @Test
    public void peerNodes_areWrittenInPlace() throws IOException {
        change("peer_nodes: [{host: a, port: 1}, {host: b, port: 2, tls: true}]");
        assertThat(written(FIXED, "nodes")).isEqualTo(new String[] {"http://a:1", "https://b:2"});
        assertThat(admin.done).containsExactly("write " + FIXED);
    }

    @Test
    public void peerNodes_takenOut_leaveNoNode_andNoDeletedConfiguration() throws IOException {
        change("max_cache_size: 1GB");
        assertThat(written(FIXED, "nodes")).isNull();
        assertThat(written(CORE, "registry")).isEqualTo("");
        assertThat(admin.done).containsExactly("write " + FIXED, "write " + CORE);
    }

    @Test
    public void timesOfPeers_areWrittenInPlace() throws IOException {
        change("peer_nodes: [{host: a, port: 1}]\npeer_connection_timeout: 2s\npeer_refresh_time: 1m");
        assertThat(written(CORE, "peer.connection.timeout")).isEqualTo(2000L);
        assertThat(written(CORE, "peer.refresh.time")).isEqualTo(60_000L);
        assertThat(admin.done).containsExactly("write " + CORE);
    }

    @Test
    public void registry_thatComesAndChanges_isWrittenInPlace() throws IOException {
        change("registry: {type: etcd, endpoints: ['http://127.0.0.1:1'], advertise: '10.0.0.1:1'}");
        assertThat(written(CORE, "registry")).isEqualTo("etcd");
        admin.done.clear();
        change("registry: {type: etcd, endpoints: ['http://127.0.0.1:1'], advertise: '10.0.0.2:1'}");
        assertThat(written(ETCD, "advertise.host")).isEqualTo("10.0.0.2");
        assertThat(admin.done).containsExactly("write " + ETCD);
    }
}
