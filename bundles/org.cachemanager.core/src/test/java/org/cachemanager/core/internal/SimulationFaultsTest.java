package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.cachemanager.core.internal.BrokenCore.Fault;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The test of the simulation: a fault in the core is found within a thousand seeds. */
public class SimulationFaultsTest {

    private static final Logger LOG = Logger.getLogger(SimulationFaultsTest.class.getName());

    private static final int MOST_SEEDS = 1000;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private void assertFound(String name, String promise, Fault... faults) throws Exception {
        try (BrokenCore broken = new BrokenCore(folder.getRoot().toPath(), faults)) {
            for (int seed = 1; seed <= MOST_SEEDS; seed++) {
                List<String> wrong = broken.run(seed);
                if (wrong.stream().anyMatch(each -> each.startsWith(promise))) {
                    LOG.log(Level.INFO, "{0} is found by seed {1}", new Object[] {name, seed});
                    return;
                }
            }
        }
        assertThat(false).as("%s is found within %d seeds", name, MOST_SEEDS).isTrue();
    }

    @Test
    public void forgottenWakeUp_isFound() throws Exception {
        assertFound(
                "a forgotten wake-up",
                "Waits on though the item is there",
                new Fault("Locks", "List<Waiter> waiters = lock.dismiss();", "List<Waiter> waiters = List.of();"));
    }

    @Test
    public void leaseNotCheckedAfterAWait_isFound() throws Exception {
        assertFound(
                "a lease that is not checked after a wait",
                "Two hold the lock",
                new Fault("LocalCache", "return locks.claim(stripe, key, h, lease);", "return true;"));
    }

    @Test
    public void forwardedCallForwardedAgain_isFound() throws Exception {
        assertFound(
                "a forwarded call that is forwarded again",
                "A call that a peer had passed on was passed on",
                new Fault("RoutedCall", "return isOfPeer() ? routes.here : owner();", "return owner();"),
                new Fault(
                        "RoutedCache",
                        "return isHere ? tenure.serves(call.hash()) : !call.isOfPeer();",
                        "return !isHere || tenure.serves(call.hash());"));
    }

    @Test
    public void stampIgnored_isFound() throws Exception {
        assertFound(
                "a stamp that is ignored",
                "A value older than the newest",
                new Fault("LocalCache", "if (!newest && isOutdated(stripe, fresh, old)) {", "if (false) {"));
    }
}
