package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.Test;

public class OwnersTest {

    private static final int KEYS = 200_000;

    private final Random random = new Random(7);

    private Owners.Node node() {
        return new Owners.Node(new UUID(random.nextLong(), random.nextLong()), null);
    }

    private List<Owners.Node> nodes(int count) {
        List<Owners.Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(node());
        }
        return nodes;
    }

    private static long hash(int key) {
        return Owners.hash(TestNode.bytes("ns|key-" + key));
    }

    @Test
    public void owners_tenthNodeJoins_movesATenthOfTheKeysAndOnlyToIt() {
        List<Owners.Node> nine = nodes(9);
        Owners before = new Owners(nine);
        Owners.Node tenth = node();
        nine.add(tenth);
        Owners after = new Owners(nine);

        int moved = 0;
        for (int key = 0; key < KEYS; key++) {
            Owners.Node owner = after.of(hash(key));
            if (!owner.equals(before.of(hash(key)))) {
                assertThat(owner).isEqualTo(tenth);
                moved++;
            }
        }

        assertThat(moved).isBetween(KEYS / 10 * 9 / 10, KEYS / 10 * 11 / 10);
    }

    @Test
    public void owners_ofTenNodes_haveEqualSharesWithinATenth() {
        Owners ten = new Owners(nodes(10));
        Map<Owners.Node, Integer> shares = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            shares.merge(ten.of(hash(key)), 1, Integer::sum);
        }

        assertThat(shares).hasSize(10);
        assertThat(shares.values())
                .allSatisfy(share -> assertThat(share).isBetween(KEYS / 10 * 9 / 10, KEYS / 10 * 11 / 10));
    }

    @Test
    public void owners_inAnyOrder_areTheSame() {
        List<Owners.Node> nodes = nodes(5);
        Owners one = new Owners(nodes);
        Owners other = new Owners(List.of(nodes.get(3), nodes.get(1), nodes.get(4), nodes.get(0), nodes.get(2)));

        for (int key = 0; key < 1000; key++) {
            assertThat(other.of(hash(key))).isEqualTo(one.of(hash(key)));
        }
    }

    @Test
    public void owners_nodeThatLeft_givesItsKeysToAllOthers() {
        List<Owners.Node> nodes = nodes(5);
        Owners before = new Owners(nodes);
        Owners.Node gone = nodes.remove(2);
        Owners after = new Owners(nodes);
        Map<Owners.Node, Integer> heirs = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            Owners.Node owner = before.of(hash(key));
            if (owner.equals(gone)) {
                heirs.merge(after.of(hash(key)), 1, Integer::sum);
            } else {
                assertThat(after.of(hash(key))).isEqualTo(owner);
            }
        }

        assertThat(heirs.keySet()).containsExactlyInAnyOrderElementsOf(nodes);
    }
}
