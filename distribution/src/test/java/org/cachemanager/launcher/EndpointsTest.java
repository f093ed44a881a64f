package org.cachemanager.launcher;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Objects;
import org.cachemanager.config.yaml.Settings;
import org.junit.Test;

/** Whether an address is free is known before anything is started. */
public final class EndpointsTest {

    @Test
    public void requireFree_whenSomebodyListens_namesAddressAndSetting() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoints endpoints = endpoints(other.getLocalPort());

            assertThatThrownBy(endpoints::requireFree)
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("127.0.0.1:" + other.getLocalPort())
                    .hasMessageContaining("http_server.port");
        }
    }

    @Test
    public void requireFree_ofAnyFreePort_passes() {
        assertThatCode(() -> endpoints(0).requireFree()).doesNotThrowAnyException();
    }

    private static Endpoints endpoints(int port) {
        Map<String, String> environment = Map.of("CACHEMANAGER_HTTP_SERVER_PORT", String.valueOf(port));
        return new Endpoints(
                Objects.requireNonNull(Settings.load(null, environment, 0).settings()));
    }
}
