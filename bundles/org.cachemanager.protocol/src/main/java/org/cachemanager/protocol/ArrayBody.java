package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/** A body in one array. */
final class ArrayBody implements Body {

    private final byte[] bytes;
    private final int offset;
    private final int size;

    ArrayBody(byte[] bytes, int offset, int size) {
        this.bytes = bytes;
        this.offset = offset;
        this.size = size;
    }

    @Override
    public long length() {
        return size;
    }

    @Override
    public byte at(long position) {
        return bytes[offset + (int) position];
    }

    @Override
    public int utf8() {
        return Utf8.check(Utf8.WHOLE, bytes, offset, size);
    }

    @Override
    public JsonParser parser(JsonFactory factory) throws IOException {
        return factory.createParser(bytes, offset, size);
    }

    @Override
    public Data part(long from, long to) {
        return Data.of(bytes, offset + (int) from, (int) (to - from));
    }

    /** Takes the bytes between the quotes as they are when nothing in them is escaped. */
    @Override
    public @Nullable Text text(JsonParser parser, int most) throws IOException {
        int from = offset + (int) parser.currentTokenLocation().getByteOffset() + 1;
        int end = Math.min(offset + size, from + most + 1);
        for (int at = from; at < end; at++) {
            if (bytes[at] == '"') {
                return new Text(bytes, from, at - from);
            }
            if (bytes[at] == '\\') {
                Text text = Text.of(parser.getText());
                return text.length() > most ? null : text;
            }
        }
        return null;
    }
}
