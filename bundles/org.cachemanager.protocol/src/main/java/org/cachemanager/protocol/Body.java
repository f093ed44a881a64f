package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/** The bytes of a body, wherever they lie; positions count from its first byte. */
interface Body {

    /** How many bytes there are. */
    long length();

    /** The byte at a position. */
    byte at(long position);

    /** The state of {@link Utf8} after all bytes. */
    int utf8();

    /** A parser over all bytes. */
    JsonParser parser(JsonFactory factory) throws IOException;

    /** A part, not copied. */
    Data part(long from, long to);

    /**
     * The string at which the parser stands, in canonical form.
     *
     * @param most the bytes that it may have
     * @return null if it has more
     */
    @Nullable
    Text text(JsonParser parser, int most) throws IOException;
}
