package org.cachemanager.registry.etcd.internal;

import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.testkit.RegistryContract;
import org.junit.Before;
import org.junit.Rule;

/** The contract, with a real etcd. */
public class EtcdContractTest extends RegistryContract {

    private static final PeerAddress HERE = new PeerAddress("10.0.0.1", 8183, true);

    @Rule
    public final EtcdServer server = new EtcdServer();

    private Registry registry = members -> () -> {};

    @Before
    public void start() throws Exception {
        server.start();
        Node node = TestNode.of(UUID.randomUUID(), HERE, null);
        registry = new EtcdRegistry(
                server.time(), () -> new HttpGateway(server.endpoints(), new Trust(TestNode.NO_FILES)), node);
    }

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected void appear(PeerAddress address) {
        Node node = TestNode.of(UUID.randomUUID(), address, null);
        server.admin("/v3/kv/put", "{\"key\":\"" + node.key() + "\",\"value\":\"" + Json.base64(node.value()) + "\"}");
    }
}
