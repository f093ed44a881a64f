package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The JSON parser, bounded: nesting, names, and the texts that are decoded. Values are skipped, so they need none. */
final class Json {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAME_UNITS = 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_UNITS)
                    .maxStringLength(Limits.MAX_KEY_BYTES)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /** For whole texts of any length, trusted or bounded by the one who asks. */
    private static final JsonFactory UNBOUNDED = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    static JsonParser parser(byte[] bytes, int offset, int length) throws IOException {
        return FACTORY.createParser(bytes, offset, length);
    }

    static JsonParser parser(InputStream stream) throws IOException {
        return FACTORY.createParser(stream);
    }

    /** The text of a document that is one string. */
    static String string(byte[] document) throws ProtocolException {
        try (JsonParser parser = UNBOUNDED.createParser(document)) {
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                String text = parser.getText();
                if (parser.nextToken() == null) {
                    return text;
                }
            }
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new ProtocolException(ErrorCode.BAD_JSON, "The data is not the inside of a JSON string.");
    }

    /** What to tell about a document that could not be parsed; the parser's own words may hold parts of it. */
    static ProtocolException malformed(JsonProcessingException e) {
        long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
        String where = at < 0 ? "" : " near byte " + at;
        return new ProtocolException(
                ErrorCode.BAD_JSON, "The body is not well-formed JSON" + where + "; send one JSON object.");
    }
}
