package org.cachemanager.protocol.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Private keys out of their DER forms. The JDK reads PKCS#8 alone; the two older forms are what PKCS#8 wraps, so they
 * are wrapped.
 */
final class PrivateKeys {

    private static final List<String> KINDS = List.of("RSA", "EC", "RSASSA-PSS", "EdDSA");

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int OID = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int EXPLICIT_0 = 0xa0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] NULL = {0x05, 0};

    /** 1.2.840.113549.1.1.1. */
    private static final byte[] RSA =
            tlv(OID, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1});

    /** 1.2.840.10045.2.1. */
    private static final byte[] EC = tlv(OID, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1});

    private PrivateKeys() {}

    static PrivateKey ofPkcs8(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        InvalidKeySpecException ofAnotherKind = null;
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                ofAnotherKind = e;
            }
        }
        throw new InvalidKeySpecException("Not a key of " + KINDS, ofAnotherKind);
    }

    static PrivateKey ofPkcs1(byte[] der) throws GeneralSecurityException {
        return ofPkcs8(tlv(SEQUENCE, VERSION_0, tlv(SEQUENCE, RSA, NULL), tlv(OCTETS, der)));
    }

    /** @param curve the name of the curve, where the key itself does not tell */
    static PrivateKey ofSec1(byte[] der, byte @Nullable [] curve) throws GeneralSecurityException {
        byte[] named = curveIn(der);
        if (named == null) {
            named = curve;
        }
        if (named == null) {
            throw new InvalidKeySpecException("The key does not tell its curve");
        }
        return ofPkcs8(tlv(SEQUENCE, VERSION_0, tlv(SEQUENCE, EC, named), tlv(OCTETS, der)));
    }

    /** The optional parameters of an ECPrivateKey: sequence of version, key, [0] parameters, [1] public key. */
    private static byte @Nullable [] curveIn(byte[] der) throws InvalidKeySpecException {
        try {
            ByteBuffer key = content(ByteBuffer.wrap(der), SEQUENCE);
            content(key, INTEGER);
            content(key, OCTETS);
            if (!key.hasRemaining() || (key.get(key.position()) & 0xff) != EXPLICIT_0) {
                return null;
            }
            ByteBuffer parameters = content(key, EXPLICIT_0);
            byte[] curve = new byte[parameters.remaining()];
            parameters.get(curve);
            return curve;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new InvalidKeySpecException("Not an ECPrivateKey", e);
        }
    }

    /** Takes the next value, which must have this tag. */
    private static ByteBuffer content(ByteBuffer from, int tag) {
        if ((from.get() & 0xff) != tag) {
            throw new IllegalArgumentException("tag");
        }
        int length = from.get() & 0xff;
        if (length > 0x7f) {
            int bytes = length & 0x7f;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | (from.get() & 0xff);
            }
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] tlv(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream(length + 4);
        value.write(tag);
        if (length > 0xff) {
            value.write(0x82);
            value.write(length >> 8);
        } else if (length > 0x7f) {
            value.write(0x81);
        }
        value.write(length);
        for (byte[] part : parts) {
            value.writeBytes(part);
        }
        return value.toByteArray();
    }
}
