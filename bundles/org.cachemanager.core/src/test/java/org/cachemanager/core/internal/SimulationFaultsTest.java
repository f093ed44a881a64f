package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final Duration MOST_TIME = Duration.ofMinutes(2);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private void assertFound(String name, Promise promise, Fault... faults) throws Exception {
        try (BrokenCore broken = new BrokenCore(folder.getRoot().toPath(), faults)) {
            Optional<Long> seed = new Seeds(1, MOST_SEEDS, MOST_TIME)
                    .find(each -> isAgainst(promise, broken.run(each)) && !isAgainst(promise, sound(each)));
            assertThat(seed)
                    .as("%s is found within %d seeds, by: %s", name, MOST_SEEDS, promise)
                    .isPresent();
            seed.ifPresent(
                    found -> LOG.log(Level.INFO, "{0} is found by seed {1}: {2}", new Object[] {name, found, promise}));
        }
    }

    private static boolean isAgainst(Promise promise, List<String> wrong) {
        return wrong.stream().anyMatch(promise::isBroken);
    }

    private static List<String> sound(long seed) {
        return new Simulation(seed).run();
    }

    @Test
    public void forgottenWakeUp_isFound() throws Exception {
        assertFound(
                "a forgotten wake-up",
                Promise.WOKEN,
                new Fault("Locks", "List<Waiter> waiters = lock.dismiss();", "List<Waiter> waiters = List.of();"));
    }

    @Test
    public void leaseNotCheckedAfterAWait_isFound() throws Exception {
        assertFound(
                "a lease that is not checked after a wait",
                Promise.ONE_HOLDER,
                new Fault("Locks", "if (lock.isWaitedFor() && !rights.mayGive(lock.name.key())) {", "if (false) {"));
    }

    @Test
    public void leaseOfAnotherOwnerNotHeeded_isFound() throws Exception {
        assertFound(
                "a lease that another owner has given and the new one does not heed",
                Promise.ONE_HOLDER,
                new Fault("LocalCache", "return locks.claim(stripe, key, h, lease);", "return true;"));
    }

    @Test
    public void forwardedCallForwardedAgain_isFound() throws Exception {
        assertFound(
                "a forwarded call that is forwarded again",
                Promise.ONE_STEP,
                new Fault("RoutedCall", "return isOfPeer() ? routes.here : owner();", "return owner();"),
                new Fault(
                        "RoutedCache",
                        "return isHere ? !peers.isCluster() || tenure.serves(call.hash()) : !call.isOfPeer();",
                        "return !isHere || tenure.serves(call.hash());"));
    }

    @Test
    public void stampIgnored_isFound() throws Exception {
        assertFound(
                "a stamp that is ignored",
                Promise.NEWEST,
                new Fault(
                        "LocalChanges",
                        "if (elsewhere || (kind == Kind.COPY && isOutdated(stripe, fresh, old))) {",
                        "if (elsewhere) {"));
    }

    @Test
    public void nothingGiven_isFound() throws Exception {
        assertFound(
                "a hand-over that gives nothing",
                Promise.FOUND,
                new Fault(
                        "Handover",
                        "if (owner(key).isHere() || entry.expiryMillis()",
                        "if (true || entry.expiryMillis()"));
    }

    @Test
    public void lockNotInherited_isFound() throws Exception {
        assertFound(
                "a lapsed lock that is not inherited",
                Promise.INHERITED,
                new Fault("Locks", "heir = lock.longestWaiting();", "heir = null;"));
    }

    @Test
    public void callNotGivenUpAtTheOwner_isFound() throws Exception {
        assertFound(
                "a call that is not given up at the owner when its client hangs up",
                Promise.NO_PHANTOM,
                new Fault(
                        "RoutedCall",
                        "boolean inTime = call != null && call.cancel();",
                        "boolean inTime = call != null;"));
    }
}
