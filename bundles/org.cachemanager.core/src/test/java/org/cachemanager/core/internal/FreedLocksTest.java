package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

/** A lock that was free before it was heard that it had been given. */
public class FreedLocksTest {

    private static final long ASKED = 1_000_000_000;
    private static final long NEAR = 20_000_000;
    private static final long LONG = 100_000_000;

    private final FreedLocks freed = new FreedLocks();

    private static Stripe.LockName name(int number) {
        return new Stripe.LockName(number, TestNode.key("k" + number));
    }

    @Test
    public void freed_justAfterItWasAskedFor() {
        assertThat(freed.isFreedSince(name(1), ASKED, ASKED)).isFalse();
        freed.heard(name(1), ASKED);
        assertThat(freed.isFreedSince(name(1), ASKED, ASKED)).isTrue();
        assertThat(freed.isFreedSince(name(2), ASKED, ASKED)).isFalse();
        assertThat(freed.isFreedSince(name(1), ASKED + 1, ASKED + 1))
                .as("asked for later")
                .isFalse();
        assertThat(freed.isFreedSince(name(1), ASKED - NEAR, ASKED)).isTrue();
        assertThat(freed.isFreedSince(name(1), ASKED - NEAR - 1, ASKED))
                .as("asked for long before")
                .isFalse();
        assertThat(freed.isFreedSince(name(1), ASKED, ASKED + LONG)).isTrue();
        assertThat(freed.isFreedSince(name(1), ASKED, ASKED + LONG + 1))
                .as("freed long ago")
                .isFalse();
    }

    @Test
    public void tooMany_theOldestAreForgotten() {
        for (int i = 0; i < 256; i++) {
            freed.heard(name(i), ASKED);
        }
        assertThat(freed.isFreedSince(name(0), ASKED, ASKED)).isTrue();
        freed.heard(name(0), ASKED);
        freed.heard(name(256), ASKED);
        assertThat(freed.isFreedSince(name(0), ASKED, ASKED)).isTrue();
        assertThat(freed.isFreedSince(name(1), ASKED, ASKED)).isFalse();
        assertThat(freed.isFreedSince(name(2), ASKED, ASKED)).isTrue();
    }
}
