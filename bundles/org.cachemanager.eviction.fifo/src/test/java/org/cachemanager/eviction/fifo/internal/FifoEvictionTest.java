package org.cachemanager.eviction.fifo.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class FifoEvictionTest extends EvictionPolicyContract {

    @Override
    protected EvictionPolicy newPolicy() {
        return new FifoEviction();
    }

    @Test
    public void victims_goInTheOrderInWhichTheyWereAdded_readOrNot() {
        EvictionPolicy policy = newPolicy();
        TestEntry a = new TestEntry(1, 1, 1);
        TestEntry b = new TestEntry(2, 1, 1);
        policy.add(a);
        policy.add(b);
        assertThat(policy.touch(a)).isFalse();
        policy.hit(a);
        TestEntry again = new TestEntry(1, 9, 1);
        policy.replace(a, again);

        assertThat(policy.victim()).isSameAs(again);
        assertThat(policy.victim()).isSameAs(b);
    }
}
