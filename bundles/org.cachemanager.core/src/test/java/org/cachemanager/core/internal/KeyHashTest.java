package org.cachemanager.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.Test;

/** The values are of another implementation, which agrees with the paper where that gives one (SipHash-2-4). */
public class KeyHashTest {

    private static long hash(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return new KeyHash(0x706050403020100L, 0xf0e0d0c0b0a0908L).of(bytes);
    }

    @Test
    public void hash_isSipHash13() {
        assertThat(hash(0)).isEqualTo(0xabac0158050fc4dcL);
        assertThat(hash(1)).isEqualTo(0xc9f49bf37d57ca93L);
        assertThat(hash(7)).isEqualTo(0xd3927d989bb11140L);
        assertThat(hash(8)).isEqualTo(0x369095118d299a8eL);
        assertThat(hash(15)).isEqualTo(0xd320d86d2a519956L);
        assertThat(hash(16)).isEqualTo(0xcc4fdd1a7d908b66L);
        assertThat(hash(63)).isEqualTo(0x9d199062b7bbb3a8L);
    }
}
