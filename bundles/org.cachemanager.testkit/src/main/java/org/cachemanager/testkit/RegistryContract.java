package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.registry.Registry;
import org.junit.After;
import org.junit.Test;

/** What every registry client must do, wherever it learns the members. */
public abstract class RegistryContract {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Registry.Membership> memberships = new ArrayList<>();

    /** The client under test, the same at each call within a test. */
    protected abstract Registry registry();

    /** Has a node more be a member, called by any thread; it may take a while until that is reported. */
    protected abstract void appear(PeerAddress node) throws Exception;

    /** Somebody who is told. */
    private final class Listener implements Consumer<Set<PeerAddress>> {
        private final BlockingQueue<Set<PeerAddress>> reports = new LinkedBlockingQueue<>();
        private final AtomicInteger telling = new AtomicInteger();
        private final AtomicInteger overlaps = new AtomicInteger();
        private final Registry.Membership membership;
        private Set<PeerAddress> last = Set.of();

        Listener() {
            membership = registry().join(this);
            memberships.add(membership);
        }

        @Override
        public void accept(Set<PeerAddress> members) {
            if (telling.getAndIncrement() > 0) {
                overlaps.incrementAndGet();
            }
            reports.add(members);
            telling.decrementAndGet();
        }

        /** Waits for a report with these nodes among others; no report is like the one before. */
        void awaits(PeerAddress... nodes) throws InterruptedException {
            while (!last.containsAll(List.of(nodes))) {
                Set<PeerAddress> report = reports.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(report)
                        .as("a report with %s after %s", List.of(nodes), last)
                        .isNotNull();
                assertThat(report).isNotEqualTo(last);
                last = report;
            }
            assertThat(overlaps).hasValue(0);
        }
    }

    private static PeerAddress node(int number) {
        return new PeerAddress("10.1.0." + number, 8183, number % 2 == 0);
    }

    @After
    public final void leave() {
        memberships.forEach(Registry.Membership::leave);
    }

    @Test
    public void members_knownBeforeJoining_areReported() throws Exception {
        appear(node(1));
        appear(node(2));
        new Listener().awaits(node(1), node(2));
    }

    @Test
    public void members_thatAppear_areReportedBesidesThoseOfBefore() throws Exception {
        Listener listener = new Listener();
        appear(node(1));
        listener.awaits(node(1));
        appear(node(2));
        listener.awaits(node(1), node(2));
    }

    @Test
    public void reports_cannotBeChanged() throws Exception {
        appear(node(1));
        Listener listener = new Listener();
        listener.awaits(node(1));
        assertThatThrownBy(() -> listener.last.add(node(2))).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    public void memberships_areIndependent() throws Exception {
        Listener one = new Listener();
        Listener other = new Listener();
        appear(node(1));
        one.awaits(node(1));
        other.awaits(node(1));
        one.membership.leave();
        int before = one.reports.size();
        appear(node(2));
        other.awaits(node(1), node(2));
        assertThat(one.reports).hasSize(before);
    }

    @Test
    public void leave_twice_isAsOnce_andOneMayJoinAgain() throws Exception {
        Listener listener = new Listener();
        listener.membership.leave();
        listener.membership.leave();
        appear(node(1));
        new Listener().awaits(node(1));
    }

    @Test
    public void members_thatAppearAtOnce_areAllReported_byOneThreadAtATime() throws Exception {
        Listener listener = new Listener();
        PeerAddress[] nodes = new PeerAddress[8];
        Arrays.setAll(nodes, RegistryContract::node);
        Threads.run(nodes.length, thread -> appear(nodes[thread]));
        listener.awaits(nodes);
    }
}
