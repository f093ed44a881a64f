package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.api.admin.Implementation;
import org.cachemanager.api.admin.Seam;
import org.cachemanager.api.host.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Which implementation of a seam is in force, of those that are there: the one asked for, else the one with the highest
 * ranking, else the built-in one; a seam that fails closed has only the first choice.
 *
 * <p>Its lock makes changes one after the other, putting in force included; no call that is served waits for it.
 *
 * @param <T> the seam's interface
 */
final class Selection<T> {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");
    private static final Marker NOTICE = MarkerFactory.getMarker("NOTICE");

    /** The name of the implementation that is built in, or of none where the seam fails closed. */
    static final String BUILT_IN = "builtin";

    static final String NONE = "none";

    /**
     * How long one that is asked for may be missing before that is worth a line in the log: bundles start one by one.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** A check takes milliseconds; what takes this long is taken for a loop. */
    private static final Duration LONGEST_CHECK = Duration.ofSeconds(5);

    /**
     * An implementation that is there.
     *
     * @param service what serves; null for none
     * @param name its name
     * @param ranking its service ranking
     * @param bundle who offers it
     */
    record Candidate<T>(@Nullable T service, String name, int ranking, String bundle) {}

    /** Puts an implementation in force. */
    interface Enforcer<T> {

        /** Returns false when the implementation failed at once; then the next best is tried. */
        boolean enforce(@Nullable T service);
    }

    private final Seam seam;
    private final Time time;
    private final Candidate<T> last;
    private final Enforcer<T> enforcer;
    private final Quarantine.Check<T> check;
    private final List<Candidate<T>> candidates = new ArrayList<>();
    /** Those that may not come into force, and why. */
    private final IdentityHashMap<T, String> keptOut = new IdentityHashMap<>();
    /** Whether the one in force is being checked again. */
    private boolean checkedAgain;
    /** What was chosen at run time and is not in force yet; the last choice alone. */
    private @Nullable CompletableFuture<Implementation> awaited;

    private Candidate<T> inForce;
    private String configured = "";
    private String wanted = "";
    private String complainedOf = "";
    private boolean closed;

    /**
     * What puts an implementation in force, and what finds out whether it may.
     *
     * @param <T> the seam's interface
     */
    record Rules<T>(Enforcer<T> enforcer, Quarantine.Check<T> check) {}

    /** @param builtIn in force when nothing else is; null if the seam fails closed: never the next best then */
    Selection(Seam seam, Time time, @Nullable T builtIn, Rules<T> rules) {
        this.seam = seam;
        this.time = time;
        this.last = new Candidate<>(builtIn, builtIn == null ? NONE : BUILT_IN, Integer.MIN_VALUE, "built in");
        this.enforcer = rules.enforcer;
        this.check = rules.check;
        this.inForce = last;
    }

    /** Takes over what the configuration names; what was chosen at run time ends when this changes. */
    synchronized void configure(String name) {
        if (!configured.equals(name)) {
            configured = name;
            want(name);
        }
        choose();
    }

    /** Chooses at run time. */
    synchronized CompletionStage<Implementation> use(String name) {
        want(name);
        CompletableFuture<Implementation> future = awaited == null ? new CompletableFuture<>() : awaited;
        awaited = future;
        choose();
        return future.minimalCompletionStage();
    }

    private void want(String name) {
        if (!wanted.equals(name)) {
            giveUp();
            wanted = name;
        }
    }

    private void giveUp() {
        CompletableFuture<Implementation> vain = awaited;
        awaited = null;
        if (vain != null) {
            time.schedule(Duration.ZERO, () -> vain.cancel(false));
        }
    }

    /**
     * Takes in one that has arrived: it may come into force when it has passed its check, which another thread does.
     *
     * @return opens when the check has ended, whatever came of it
     */
    CountDownLatch add(Candidate<T> candidate) {
        T service = Objects.requireNonNull(candidate.service);
        synchronized (this) {
            candidates.add(candidate);
            keptOut.put(service, "is being checked");
        }
        CountDownLatch checked = new CountDownLatch(1);
        Time.Timer overdue = time.schedule(LONGEST_CHECK, () -> overdue(candidate));
        time.aside(() -> {
            Throwable found = Quarantine.examine(check, service);
            overdue.cancel();
            settle(candidate, found);
            checked.countDown();
        });
        return checked;
    }

    private synchronized void settle(Candidate<T> candidate, @Nullable Throwable found) {
        if (!candidates.contains(candidate)) {
            return;
        }
        if (found == null) {
            keptOut.remove(candidate.service);
            choose();
        } else {
            keepOut(candidate, "does not keep to its contract: " + Quarantine.describe(found), found);
        }
    }

    /** One whose check has not ended; should it end well after all, it may come into force. */
    private synchronized void overdue(Candidate<T> candidate) {
        if (candidates.contains(candidate)) {
            keepOut(candidate, "has not come to the end of its check in " + LONGEST_CHECK.toSeconds() + " s", null);
        }
    }

    private void keepOut(Candidate<T> candidate, String why, @Nullable Throwable found) {
        keptOut.put(Objects.requireNonNull(candidate.service), "stays out of force: it " + why);
        LOG.error(
                "The {} {} of {} stays out of force: it {}.",
                seam.label(),
                candidate.name,
                candidate.bundle,
                why,
                found);
        CompletableFuture<Implementation> vain = awaited;
        if (vain != null && candidate.name.equals(wanted)) {
            awaited = null;
            String message = "The " + seam.label() + " " + candidate.name + " " + why + "; the one in force stays.";
            time.schedule(Duration.ZERO, () -> vain.completeExceptionally(new IllegalStateException(message)));
        }
        choose();
    }

    /** Takes an implementation out that leaves; when this returns another one is in force. */
    synchronized void remove(T service) {
        candidates.removeIf(c -> c.service == service);
        keptOut.remove(service);
        choose();
    }

    /**
     * Keeps an implementation out of force, until it is offered anew.
     *
     * @param why what it did, such as "threw"
     */
    synchronized void exclude(T service, String why) {
        if (candidates.stream().anyMatch(c -> c.service == service)) {
            keptOut.put(service, "out of force: it " + why + "; see the log");
            choose();
        }
    }

    /** Checks the one in force again, which threw when it was given what came from outside; whose fault is it? */
    void suspect() {
        Candidate<T> suspected;
        synchronized (this) {
            suspected = inForce;
            if (checkedAgain || suspected.service == null || suspected.service == last.service) {
                return;
            }
            checkedAgain = true;
        }
        T service = suspected.service;
        time.aside(() -> {
            Throwable found = Quarantine.examine(check, service);
            synchronized (this) {
                checkedAgain = false;
            }
            if (found != null) {
                settle(suspected, found);
            }
        });
    }

    /** Keeps what is in force from now on: the core ends, and its parts leave it one by one. */
    synchronized void close() {
        closed = true;
        giveUp();
    }

    private void choose() {
        if (closed) {
            return;
        }
        Candidate<T> best = best();
        while (best.service != inForce.service) {
            Candidate<T> before = inForce;
            inForce = best;
            if (enforcer.enforce(best.service)) {
                complainedOf = "";
                LOG.info(NOTICE, "The {} in force is {} now (was {}).", seam.label(), best.name, before.name);
                break;
            }
            if (best.service != null) {
                keptOut.put(best.service, "out of force: it threw; see the log");
            }
            best = best();
        }
        if (isMissing()) {
            time.schedule(PATIENCE, this::complain);
        }
        answer();
    }

    private boolean isMissing() {
        return !wanted.isEmpty() && !wanted.equals(inForce.name);
    }

    private synchronized void complain() {
        if (isMissing() && !wanted.equals(complainedOf)) {
            complainedOf = wanted;
            LOG.warn("The {} {} is not there; {} serves until it is.", seam.label(), wanted, inForce.name);
        }
    }

    private void answer() {
        CompletableFuture<Implementation> arrived = awaited;
        if (arrived != null && wanted.equals(inForce.name)) {
            awaited = null;
            Implementation now = describe(inForce);
            time.schedule(Duration.ZERO, () -> arrived.complete(now));
        }
    }

    private Candidate<T> best() {
        Comparator<Candidate<T>> byRank = Comparator.comparingInt(Candidate::ranking);
        if (last.service == null) {
            return usable().stream()
                    .filter(c -> c.name.equals(wanted))
                    .max(byRank)
                    .orElse(last);
        }
        if (wanted.equals(BUILT_IN)) {
            return last;
        }
        Comparator<Candidate<T>> asked = Comparator.comparing(c -> c.name.equals(wanted));
        return usable().stream().max(asked.thenComparing(byRank)).orElse(last);
    }

    private List<Candidate<T>> usable() {
        return candidates.stream().filter(c -> !keptOut.containsKey(c.service)).toList();
    }

    /** Everything that is there, the built-in one last. */
    synchronized List<Implementation> implementations() {
        List<Implementation> all = new ArrayList<>();
        candidates.forEach(c -> all.add(describe(c)));
        if (last.service != null) {
            all.add(describe(last));
        }
        return all;
    }

    synchronized NodeStatus.InForce inForce() {
        return new NodeStatus.InForce(seam.label(), wanted, inForce.name);
    }

    private synchronized Implementation describe(Candidate<T> c) {
        return new Implementation(
                seam,
                c.name,
                c.bundle,
                c.ranking,
                Objects.equals(c.service, inForce.service),
                c.name.equals(wanted),
                keptOut.getOrDefault(c.service, ""));
    }
}
