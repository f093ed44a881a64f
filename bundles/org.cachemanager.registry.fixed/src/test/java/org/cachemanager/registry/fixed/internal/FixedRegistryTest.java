package org.cachemanager.registry.fixed.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.cachemanager.testkit.RegistryContract;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.slf4j.LoggerFactory;

public class FixedRegistryTest extends RegistryContract {

    private static final PeerAddress ONE = new PeerAddress("10.0.0.1", 8183, true);
    private static final PeerAddress OTHER = new PeerAddress("::1", 8182, false);

    private final List<Set<PeerAddress>> reports = new ArrayList<>();
    private final FixedRegistry registry = new FixedRegistry();
    private final Set<String> urls = new LinkedHashSet<>();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @Before
    public void listen() {
        log.start();
        logger().addAppender(log);
    }

    @After
    public void stopListening() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("cachemanager.registry.fixed");
    }

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
    public void hosts_thatAreNoHostsOfUris_areReported() {
        new FixedRegistry("http://cache_1:8182", "https://a_b.c-d:1/", "https://[fe80::1%eth0]:65535")
                .join(reports::add);
        assertThat(reports)
                .containsExactly(Set.of(
                        new PeerAddress("cache_1", 8182, false),
                        new PeerAddress("a_b.c-d", 1, true),
                        new PeerAddress("fe80::1%eth0", 65_535, true)));
    }

    @Test
    public void whatIsNoAddress_isLeftOut_andToldOnce() {
        String[] urls = {
            "10.0.0.1:8183", "ftp://10.0.0.1:21", "https://10.0.0.1", "::", "http://::1:8182", "http://a:0",
            "http://a:65536", "http://a:99999", "http://a:8182/x", "http://u@a:1", "http://a b:1", "http://\r\n:1",
            "http://[a]:1", "http://" + "a".repeat(5000) + ":1", "http://[::1]:8182", "http://[::1]:8182"
        };
        FixedRegistry one = new FixedRegistry(urls);
        one.join(reports::add);
        one.change(urls);
        assertThat(reports).containsExactly(Set.of(OTHER));
        assertThat(log.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .contains("\"10.0.0.1:8183\" is no address (write https://10.0.0.2:8183); ", "; and 5 more.")
                .hasSizeLessThan(2000)
                .doesNotContain("\r", "\n"));
    }

    @Test
    public void nodes_moreThanAThousand_areLeftOut() {
        new FixedRegistry(IntStream.rangeClosed(1, 3000)
                        .mapToObj(port -> "http://a:" + port)
                        .toArray(String[]::new))
                .join(reports::add);
        assertThat(reports).singleElement().satisfies(nodes -> assertThat(nodes).hasSize(1000));
        assertThat(log.list).singleElement().hasToString("[ERROR] Nodes are left out: more than 1000 are listed.");
    }

    @Test
    public void node_listedTwice_isReportedOnce_andTold() {
        new FixedRegistry("http://[::1]:8182", "http://[::1]:8182").join(reports::add);
        assertThat(reports).containsExactly(Set.of(OTHER));
        assertThat(log.list)
                .singleElement()
                .hasToString("[ERROR] Nodes are left out: http://[::1]:8182 is listed twice.");
    }
}
