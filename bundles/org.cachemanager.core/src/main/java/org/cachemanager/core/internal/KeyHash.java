package org.cachemanager.core.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash of keys under a secret, so that nobody outside can choose keys that collide.
 *
 * <p>SipHash-1-3: Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, with one round a word and three at
 * the end.
 */
final class KeyHash {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long k0;
    private final long k1;

    KeyHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    long of(byte[] bytes) {
        return new Rounds(k0, k1).hash(bytes);
    }

    /** The four words of state; short-lived, so that the compiler keeps them in registers. */
    private static final class Rounds {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        Rounds(long k0, long k1) {
            v0 = k0 ^ 0x736f6d6570736575L;
            v1 = k1 ^ 0x646f72616e646f6dL;
            v2 = k0 ^ 0x6c7967656e657261L;
            v3 = k1 ^ 0x7465646279746573L;
        }

        long hash(byte[] bytes) {
            int whole = bytes.length & ~7;
            for (int i = 0; i < whole; i += 8) {
                take((long) WORDS.get(bytes, i));
            }
            long last = (long) bytes.length << 56;
            for (int i = whole; i < bytes.length; i++) {
                last |= (bytes[i] & 0xffL) << (8 * (i - whole));
            }
            take(last);
            v2 ^= 0xff;
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void take(long word) {
            v3 ^= word;
            round();
            v0 ^= word;
        }

        private void round() {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
