package {{package}};

import static org.junit.Assert.assertSame;

import org.cachemanager.api.eviction.EvictionPolicy;
import org.cachemanager.testkit.EvictionPolicyContract;
import org.cachemanager.testkit.TestEntry;
import org.junit.Test;

/** The contract of all policies, and what this one is for. */
public class {{Name}}EvictionTest extends EvictionPolicyContract {

    @Override
    protected EvictionPolicy newPolicy() {
        return new {{Name}}Eviction();
    }

    @Test
    public void victim_isWhatWasSetFirst() {
        EvictionPolicy policy = newPolicy();
        policy.limit(1000);
        TestEntry first = new TestEntry(1, 100);
        policy.add(first);
        policy.add(new TestEntry(2, 100));
        assertSame(first, policy.victim());
    }
}
