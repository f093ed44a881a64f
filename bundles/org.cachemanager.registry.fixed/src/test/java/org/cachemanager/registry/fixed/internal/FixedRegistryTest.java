package org.cachemanager.registry.fixed.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.junit.Test;

public class FixedRegistryTest {

    private static final PeerAddress ONE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress OTHER = new PeerAddress("::1", 8182, false);

    private final List<Set<PeerAddress>> reports = new ArrayList<>();

    @Test
    public void nodes_areReportedAtOnce() {
        new FixedRegistry("https://10.0.0.1:8183", "http://[::1]:8182").join(reports::add);
        assertThat(reports).containsExactly(Set.of(ONE, OTHER));
    }

    @Test
    public void nodes_thatChange_areReportedAgain_untilItIsLeft() {
        FixedRegistry registry = new FixedRegistry();
        Registry.Membership membership = registry.join(reports::add);
        registry.change("https://10.0.0.1:8183");
        membership.leave();
        registry.change();
        assertThat(reports).containsExactly(Set.of(), Set.of(ONE));
    }

    @Test
    public void node_thatChangesThemWhileItIsTold_isToldAgainAfterwards() {
        FixedRegistry registry = new FixedRegistry();
        registry.join(members -> {
            reports.add(members);
            if (members.isEmpty()) {
                registry.change("https://10.0.0.1:8183");
                assertThat(reports).hasSize(1);
            }
        });
        assertThat(reports).containsExactly(Set.of(), Set.of(ONE));
    }

    @Test
    public void whatIsNoAddress_isLeftOut() {
        new FixedRegistry("10.0.0.1:8183", "ftp://10.0.0.1:21", "https://10.0.0.1", "::", "http://[::1]:8182")
                .join(reports::add);
        assertThat(reports).containsExactly(Set.of(OTHER));
    }
}
