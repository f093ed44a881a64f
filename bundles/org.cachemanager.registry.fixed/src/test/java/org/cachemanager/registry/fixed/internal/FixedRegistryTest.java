package org.cachemanager.registry.fixed.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.testkit.RegistryContract;
import org.junit.Test;

public class FixedRegistryTest extends RegistryContract {

    private static final PeerAddress ONE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress OTHER = new PeerAddress("::1", 8182, false);

    private final List<Set<PeerAddress>> reports = new ArrayList<>();
    private final FixedRegistry registry = new FixedRegistry();
    private final Set<String> urls = new LinkedHashSet<>();

    @Override
    protected Registry registry() {
        return registry;
    }

    @Override
    protected synchronized void appear(PeerAddress node) {
        urls.add(node.toString());
        registry.change(urls.toArray(new String[0]));
    }

    @Test
    public void nodes_areReportedAtOnce() {
        new FixedRegistry("https://10.0.0.1:8183", "http://[::1]:8182").join(reports::add);
        assertThat(reports).containsExactly(Set.of(ONE, OTHER));
    }

    @Test
    public void nodes_thatChange_areReportedAgain_untilItIsLeft() {
        Registry.Membership membership = registry.join(reports::add);
        registry.change("https://10.0.0.1:8183");
        membership.leave();
        registry.change();
        assertThat(reports).containsExactly(Set.of(ONE));
    }

    @Test
    public void node_thatChangesThemWhileItIsTold_isToldAgainAfterwards() {
        registry.change("http://[::1]:8182");
        registry.join(members -> {
            reports.add(members);
            if (reports.size() == 1) {
                registry.change("https://10.0.0.1:8183");
                assertThat(reports).hasSize(1);
            }
        });
        assertThat(reports).containsExactly(Set.of(OTHER), Set.of(ONE));
    }

    @Test
    public void whatIsNoAddress_isLeftOut() {
        new FixedRegistry("10.0.0.1:8183", "ftp://10.0.0.1:21", "https://10.0.0.1", "::", "http://[::1]:8182")
                .join(reports::add);
        assertThat(reports).containsExactly(Set.of(OTHER));
    }
}
