package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cachemanager.api.eviction.Entry;
import org.cachemanager.api.eviction.EvictionPolicy;
import org.junit.Test;

/** What every eviction policy must do. */
public abstract class EvictionPolicyContract {

    private final Random random = new Random(42);

    /** A new policy; each behaves like the other when it is told the same. */
    protected abstract EvictionPolicy newPolicy();

    @Test
    public void victim_noEntry_isNull() {
        EvictionPolicy policy = newPolicy();
        policy.limit(1000);
        assertThat(policy.victim()).isNull();
        policy.add(entry(1));
        assertThat(policy.victim()).isNotNull();
        assertThat(policy.victim()).isNull();
    }

    @Test
    public void victim_untilNoneIsLeft_givesEachOnce() {
        for (long limit : new long[] {1, 10_000, 1_000_000, Long.MAX_VALUE}) {
            EvictionPolicy policy = newPolicy();
            policy.limit(limit);
            Set<Entry> added = new HashSet<>();
            for (int i = 0; i < 2000; i++) {
                TestEntry entry = entry(weight());
                policy.add(entry);
                added.add(entry);
                if (i % 3 == 0) {
                    PolicyModel.read(policy, entry);
                }
            }
            assertThat(victims(policy)).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(added);
        }
    }

    @Test
    public void victim_entriesLargerThanTheLimit_givesEachOnce() {
        EvictionPolicy policy = newPolicy();
        policy.limit(100);
        Set<Entry> added = new HashSet<>();
        for (long weight : new long[] {1L << 40, 1, 99, 100, 101, 1L << 50, 50, 10_000_000}) {
            TestEntry entry = entry(weight);
            policy.add(entry);
            added.add(entry);
        }
        assertThat(victims(policy)).containsExactlyInAnyOrderElementsOf(added);
    }

    @Test
    public void allMethods_randomSequences_behaveLikeTheModel() {
        for (int seed = 0; seed < 60; seed++) {
            PolicyModel model = new PolicyModel(newPolicy(), seed);
            for (int i = 0; i < 4000; i++) {
                model.step();
            }
            model.end();
        }
    }

    @Test
    public void add_hashesThatCollide_keepsEntriesApart() {
        EvictionPolicy policy = newPolicy();
        policy.limit(100);
        for (int round = 0; round < 5; round++) {
            Set<Entry> added = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                TestEntry entry = new TestEntry(i % 3 - 1, 1 + i % 7);
                policy.add(entry);
                added.add(entry);
            }
            assertThat(victims(policy)).containsExactlyInAnyOrderElementsOf(added);
        }
    }

    @Test
    public void drain_entries_givesEachOnceAndForgets() {
        EvictionPolicy policy = newPolicy();
        for (int round = 0; round < 3; round++) {
            Set<Entry> added = fill(policy, 1000, 5);
            List<Entry> drained = drain(policy);
            assertThat(drained).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(added);
            assertThat(policy.victim()).isNull();
            assertThat(drain(policy)).isEmpty();
        }
    }

    @Test
    public void drain_afterUse_givesTheOrderInWhichTheyWouldHaveGone() {
        List<Entry> drained = drain(used());
        List<Entry> victims = victims(used());
        assertThat(hashes(drained)).isEqualTo(hashes(victims));
    }

    @Test
    public void drain_used_behavesLikeNewAfterwards() {
        EvictionPolicy policy = used();
        drain(policy);
        assertThat(hashes(victims(use(policy)))).isEqualTo(hashes(victims(used())));
    }

    @Test
    public void drain_intoAnotherPolicy_handsOverTheOrder() {
        EvictionPolicy old = newPolicy();
        EvictionPolicy next = newPolicy();
        next.limit(1_000_000);
        fill(old, 1000, 0);
        List<Entry> order = new ArrayList<>();
        old.drain(entry -> {
            assertThat(((TestEntry) entry).isClear()).isTrue();
            order.add(entry);
            next.add(entry);
        });
        assertThat(victims(next)).isEqualTo(order);
    }

    @Test
    public void replace_anyEntry_takesItsPlace() {
        for (int at = 0; at < 50; at++) {
            EvictionPolicy policy = newPolicy();
            policy.limit(10_000);
            List<TestEntry> entries = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                TestEntry entry = new TestEntry(PolicyModel.mix(i), 100);
                entries.add(entry);
                policy.add(entry);
            }
            TestEntry old = entries.get(at);
            TestEntry fresh = new TestEntry(old.hash(), 100);
            old.mark(1);
            policy.replace(old, fresh);
            assertThat(old.isClear()).isTrue();
            assertThat(fresh.mark()).as("the mark goes along").isEqualTo(1);
            fresh.mark(0);
            entries.set(at, fresh);
            assertThat(victims(policy)).isEqualTo(victimsOf(entries));
        }
    }

    @Test
    public void replace_otherWeight_countsTheNewOne() {
        EvictionPolicy policy = newPolicy();
        policy.limit(10_000);
        TestEntry entry = entry(10);
        policy.add(entry);
        for (int i = 0; i < 1000; i++) {
            TestEntry fresh = new TestEntry(entry.hash(), weight());
            policy.replace(entry, fresh);
            entry = fresh;
        }
        assertThat(policy.victim()).isSameAs(entry);
        assertThat(policy.victim()).isNull();
    }

    @Test
    public void limit_changedAtAnyTime_losesNobody() {
        EvictionPolicy policy = newPolicy();
        Set<Entry> live = fill(policy, 500, 3);
        for (long limit : new long[] {1, Long.MAX_VALUE, 100, 1L << 40, 5_000, 2}) {
            policy.limit(limit);
            for (int i = 0; i < 50; i++) {
                TestEntry entry = entry(weight());
                policy.add(entry);
                live.add(entry);
                live.remove(policy.victim());
            }
        }
        assertThat(victims(policy)).containsExactlyInAnyOrderElementsOf(live);
    }

    @Test
    public void touch_afterLeaving_changesNobody() {
        EvictionPolicy policy = newPolicy();
        fill(policy, 100, 2);
        List<TestEntry> left = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            left.add((TestEntry) Objects.requireNonNull(policy.victim()));
        }
        for (int i = 0; i < 10; i++) {
            left.forEach(entry -> PolicyModel.touch(policy, entry));
        }
        assertThat(left).allMatch(TestEntry::isClear);
        assertThat(victims(policy)).hasSize(50).doesNotContainAnyElementsOf(left);
    }

    @Test
    public void touch_anyMarkLeftByAnotherPolicy_isBorne() {
        EvictionPolicy policy = newPolicy();
        policy.limit(1000);
        for (int mark : new int[] {Integer.MIN_VALUE, -1, Integer.MAX_VALUE, 1 << 30, 77}) {
            TestEntry entry = entry(10);
            entry.mark(mark);
            policy.add(entry);
            PolicyModel.read(policy, entry);
            entry.mark(mark);
            PolicyModel.read(policy, entry);
        }
        assertThat(victims(policy)).hasSize(5);
    }

    @Test
    public void touch_manyThreads_whileTheLockHolderWorks() {
        EvictionPolicy policy = newPolicy();
        List<Entry> shared = new ArrayList<>(fill(policy, 2000, 0));
        AtomicBoolean done = new AtomicBoolean();
        Threads.run(4, thread -> {
            Random mine = new Random(thread);
            if (thread == 0) {
                Set<Entry> live = new HashSet<>(shared);
                for (int i = 0; i < 200_000; i++) {
                    TestEntry fresh = new TestEntry(mine.nextLong(), 1 + mine.nextInt(500));
                    policy.add(fresh);
                    live.add(fresh);
                    assertThat(live.remove(policy.victim())).isTrue();
                }
                done.set(true);
                assertThat(victims(policy)).containsExactlyInAnyOrderElementsOf(live);
            }
            while (!done.get()) {
                policy.touch(shared.get(mine.nextInt(shared.size())));
            }
        });
    }

    @Test
    public void victim_manyEntries_takesNoLongerThanWithFew() {
        double few = usesPerStep(500);
        double many = usesPerStep(50_000);
        assertThat(many)
                .as("uses of entries a step; with few entries %.1f", few)
                .isLessThan(3 * few + 20);
    }

    @Test
    public void victim_entryThatLeft_isNotHeld() {
        EvictionPolicy policy = newPolicy();
        policy.limit(1000);
        WeakReference<Entry> gone = leave(policy);
        for (int i = 0; i < 100 && gone.get() != null; i++) {
            System.gc();
        }
        assertThat(gone.get()).as("an entry that left").isNull();
        assertThat(policy.victim()).isNull();
    }

    private static WeakReference<Entry> leave(EvictionPolicy policy) {
        policy.add(new TestEntry(1, 10));
        policy.add(new TestEntry(2, 10));
        policy.victim();
        return new WeakReference<>(policy.victim());
    }

    private double usesPerStep(int entries) {
        EvictionPolicy policy = newPolicy();
        policy.limit(entries * 100L);
        List<TestEntry> all = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            all.add(new TestEntry(PolicyModel.mix(i), 100));
            policy.add(all.get(i));
        }
        long before = all.stream().mapToLong(TestEntry::uses).sum();
        for (int i = 0; i < entries; i++) {
            PolicyModel.read(policy, all.get(i));
            PolicyModel.read(policy, all.get((int) (i * 31L % entries)));
        }
        for (int i = 0; i < entries; i++) {
            all.add(new TestEntry(PolicyModel.mix(entries + i), 100));
            policy.add(all.get(entries + i));
            policy.victim();
        }
        long uses = all.stream().mapToLong(TestEntry::uses).sum() - before;
        return (double) uses / entries;
    }

    private Set<Entry> fill(EvictionPolicy policy, int count, int reads) {
        policy.limit(1_000_000);
        Set<Entry> added = new HashSet<>();
        for (int i = 0; i < count; i++) {
            TestEntry entry = entry(weight());
            policy.add(entry);
            added.add(entry);
            for (int j = 0; j < random.nextInt(reads + 1); j++) {
                PolicyModel.read(policy, entry);
            }
        }
        return added;
    }

    private EvictionPolicy used() {
        return use(newPolicy());
    }

    /** Runs a cache of a few hundred entries over a skewed choice of keys, always the same. */
    private static EvictionPolicy use(EvictionPolicy policy) {
        PolicyModel model = new PolicyModel(policy, 7);
        model.runCache(200_000, 20_000);
        return policy;
    }

    private List<Entry> victimsOf(List<TestEntry> entries) {
        EvictionPolicy policy = newPolicy();
        policy.limit(10_000);
        entries.forEach(policy::add);
        return victims(policy);
    }

    private static List<Entry> victims(EvictionPolicy policy) {
        List<Entry> victims = new ArrayList<>();
        for (Entry entry = policy.victim(); entry != null; entry = policy.victim()) {
            assertThat(((TestEntry) entry).isClear()).isTrue();
            victims.add(entry);
        }
        return victims;
    }

    private static List<Entry> drain(EvictionPolicy policy) {
        List<Entry> drained = new ArrayList<>();
        policy.drain(drained::add);
        assertThat(drained).allMatch(entry -> ((TestEntry) entry).isClear());
        return drained;
    }

    private static List<Long> hashes(List<Entry> entries) {
        return entries.stream().map(Entry::hash).toList();
    }

    private TestEntry entry(long weight) {
        return new TestEntry(random.nextLong(), weight);
    }

    private long weight() {
        return random.nextInt(50) == 0 ? 1 + random.nextInt(10 << 20) : 1 + random.nextInt(1000);
    }
}
