package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cachemanager.api.peer.PeerAddress;
import org.junit.Test;

/** What a node has kept, and what may be old, as other nodes come and go. */
public class ViewTest {

    private static final Owners.Node HERE = new Owners.Node(new UUID(1, 1), null);

    private final Owners alone = new Owners(List.of(HERE));
    private final View first = new View(alone, List.of(alone), 1, true, false, false);

    private static Owners with(int... others) {
        List<Owners.Node> nodes = new ArrayList<>(List.of(HERE));
        for (int each : others) {
            nodes.add(new Owners.Node(new UUID(each, each), new PeerAddress("10.0.0." + each, 8183, true)));
        }
        return new Owners(nodes);
    }

    /** A hash that these nodes have this one own, or another one. */
    private static long hash(Owners first, long ref, Owners second, long next) {
        for (long hash = 1; hash < 100_000; hash++) {
            if (owner(first, hash) == ref && owner(second, hash) == next) {
                return hash;
            }
        }
        throw new AssertionError("There is no such key.");
    }

    private static long owner(Owners of, long hash) {
        return of.of(hash).ref().getMostSignificantBits();
    }

    private static View next(View view, Owners owners) {
        return view.next(owners, view.epoch() + 1, false, false);
    }

    @Test
    public void keyThatWasAlwaysHere_isKept_andNotStale() {
        long hash = hash(with(2), 1, with(2, 3), 1);
        View view = next(next(first, with(2)), with(2, 3));
        assertThat(view.keeps(hash)).isTrue();
        assertThat(view.isStale(hash)).isFalse();
        assertThat(view.settled()).isFalse();
        assertThat(view.since()).hasSize(3);
    }

    @Test
    public void keyThatIsAnothersNow_isNotKept_andNotStale() {
        long hash = hash(with(2), 2, with(2, 3), 2);
        View view = next(next(first, with(2)), with(2, 3));
        assertThat(view.keeps(hash)).isFalse();
        assertThat(view.isStale(hash)).isFalse();
    }

    @Test
    public void keyThatWasAnothers_andIsNotAnyMore_isStale() {
        long passedOn = hash(with(2), 2, with(2, 3), 3);
        assertThat(next(next(first, with(2)), with(2, 3)).isStale(passedOn)).isTrue();
        long back = hash(with(2), 2, with(2), 2);
        View view = next(next(first, with(2)), alone);
        assertThat(view.isStale(back)).isTrue();
        assertThat(view.keeps(back)).isFalse();
    }

    @Test
    public void settled_startsAnew() {
        long hash = hash(with(2), 2, with(2), 2);
        View settled = next(next(first, with(2)), alone).settle();
        assertThat(settled.keeps(hash)).isTrue();
        assertThat(settled.isStale(hash)).isFalse();
        View fresh = next(settled, with(3));
        assertThat(fresh.since()).containsExactly(settled.owners(), fresh.owners());
    }

    @Test
    public void tooManyViewsSinceItWasSettled_nothingIsKept() {
        View view = first;
        for (int i = 0; i < View.MOST - 1; i++) {
            view = next(view, alone);
        }
        assertThat(view.since()).hasSize(View.MOST);
        assertThat(view.keeps(1)).isTrue();
        assertThat(view.isStale(1)).isFalse();
        view = next(view, alone);
        assertThat(view.keeps(1)).isFalse();
        assertThat(view.isStale(1)).isTrue();
        assertThat(next(view, alone).since()).hasSize(View.MOST + 1);
    }
}
