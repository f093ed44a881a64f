package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.cachemanager.api.Data;

/**
 * Reads a body that is one JSON object, field by field.
 *
 * <p>The string in the field {@code data} is never decoded: it is found by where its token begins, and where the next
 * one does. Only white space and a comma stand between its closing quote and that.
 */
final class ObjectReader {

    /** Takes the fields, in their order, repeated ones as often as they come. */
    interface Fields {

        /** Takes a field; the parser stands at its value, and may be left anywhere in it. */
        void field(String name, JsonParser parser) throws IOException, ProtocolException;

        /** Takes a {@code data} that is a string, once {@link #field} was told of it. */
        void data(Data data);
    }

    private static final String DATA = "data";
    private static final long NONE = -1;
    private static final int ENCODING_MARK_BYTES = 4;

    private final Body body;
    private final Fields fields;

    private ObjectReader(Body body, Fields fields) {
        this.body = body;
        this.fields = fields;
    }

    /**
     * Reads a body to its end. One that passes the bounds of ordinary bodies is read again, with the widest.
     *
     * @param fresh what takes the fields; asked again when the body is read again
     */
    static <F extends Fields> F read(Body body, Supplier<F> fresh) throws ProtocolException {
        checkText(body);
        try {
            try {
                return read(body, fresh.get(), Json.ordinary());
            } catch (StreamConstraintsException e) {
                return read(body, fresh.get(), Json.rare());
            }
        } catch (StreamConstraintsException e) {
            throw new ProtocolException(
                    ErrorCode.OUT_OF_RANGE,
                    "A text, a number or the nesting passes what the protocol allows; send less.");
        } catch (JsonProcessingException e) {
            throw Json.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <F extends Fields> F read(Body body, F fields, JsonFactory factory)
            throws IOException, ProtocolException {
        try (JsonParser parser = body.parser(factory)) {
            new ObjectReader(body, fields).read(parser);
        }
        return fields;
    }

    /** The parser would take UTF-16 and UTF-32 too, or a byte order mark, if the first bytes looked like it. */
    static void checkText(Body body) throws ProtocolException {
        if (body.utf8() != Utf8.WHOLE) {
            throw new ProtocolException(ErrorCode.BAD_UTF8, "The body is not valid UTF-8; send JSON in UTF-8.");
        }
        for (int i = 0; i < Math.min(ENCODING_MARK_BYTES, body.length()); i++) {
            byte b = body.at(i);
            if (b == 0 || (i == 0 && b < 0)) {
                throw new ProtocolException(
                        ErrorCode.BAD_JSON, "The body does not begin as JSON does; send JSON in UTF-8 without a mark.");
            }
        }
    }

    private void read(JsonParser parser) throws IOException, ProtocolException {
        JsonToken root = parser.nextToken();
        if (root == null) {
            throw new ProtocolException(ErrorCode.BAD_JSON, "The body is empty; send one JSON object.");
        }
        if (root != JsonToken.START_OBJECT) {
            parser.skipChildren();
            end(parser);
            throw new ProtocolException(ErrorCode.NOT_AN_OBJECT, "The body is not a JSON object; send one.");
        }
        JsonStreamContext object = parser.getParsingContext();
        long dataFrom = NONE;
        while (true) {
            JsonToken token = parser.nextToken();
            if (dataFrom != NONE) {
                fields.data(body.part(dataFrom, closingQuote(parser)));
                dataFrom = NONE;
            }
            if (token != JsonToken.FIELD_NAME) {
                break;
            }
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals(DATA)) {
                dataFrom = parser.currentTokenLocation().getByteOffset() + 1;
            }
            fields.field(name, parser);
            while (parser.getParsingContext() != object) {
                parser.nextToken();
            }
        }
        end(parser);
    }

    private long closingQuote(JsonParser parser) {
        long at = parser.currentTokenLocation().getByteOffset() - 1;
        while (body.at(at) != '"') {
            at--;
        }
        return at;
    }

    private static void end(JsonParser parser) throws IOException, ProtocolException {
        if (parser.nextToken() != null) {
            throw new ProtocolException(
                    ErrorCode.BAD_JSON, "There is something behind the JSON object; send one object alone.");
        }
    }
}
