package org.cachemanager.eviction.lru.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

public class LruEvictionTest extends EvictionPolicyContract {

    @Override
    protected EvictionPolicy newPolicy() {
        return new LruEviction();
    }

    @Test
    public void victims_goInTheOrderOfTheirLastRead() {
        EvictionPolicy policy = newPolicy();
        TestEntry a = new TestEntry(1, 1, 1);
        TestEntry b = new TestEntry(2, 1, 1);
        TestEntry c = new TestEntry(3, 1, 1);
        policy.add(a);
        policy.add(b);
        policy.add(c);
        policy.hit(a);
        TestEntry b2 = new TestEntry(2, 5, 1);
        policy.replace(b, b2);

        assertThat(policy.victim()).isSameAs(b2);
        assertThat(policy.victim()).isSameAs(c);
        assertThat(policy.victim()).isSameAs(a);
    }
}
