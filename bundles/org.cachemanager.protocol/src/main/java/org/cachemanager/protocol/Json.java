package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The JSON parser, bounded: nesting, names, numbers, and the texts that are decoded. Other values are skipped, so they
 * need no bounds.
 *
 * <p>Ordinary bodies share a factory, and so its table of names, which keeps what it has seen: its names are short. One
 * with longer texts is read by a factory of its own, whose bounds are as wide as what a body may have besides its data.
 */
final class Json {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NAME_UNITS = 1024;
    private static final int MAX_RARE_DEPTH = 1000;

    private static final JsonFactory ORDINARY = factory(StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNameLength(MAX_NAME_UNITS)
            .maxStringLength(Limits.MAX_KEY_BYTES)
            .build());

    private static final StreamReadConstraints WIDEST = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_RARE_DEPTH)
            .maxNameLength(Limits.MAX_BYTES_WITHOUT_DATA)
            .maxNumberLength(Limits.MAX_BYTES_WITHOUT_DATA)
            .maxStringLength(Limits.MAX_BYTES_WITHOUT_DATA)
            .build();

    /** For whole texts of any length, trusted or bounded by the one who asks. */
    private static final JsonFactory UNBOUNDED = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Json() {}

    private static JsonFactory factory(StreamReadConstraints bounds) {
        return JsonFactory.builder()
                .streamReadConstraints(bounds)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
    }

    /** Makes parsers for bodies as they come. */
    static JsonFactory ordinary() {
        return ORDINARY;
    }

    /** Makes a parser for a body that has passed the bounds of the ordinary ones; for one body only. */
    static JsonFactory rare() {
        return factory(WIDEST);
    }

    /** The text of a document that is one string. */
    static String string(byte[] document) throws ProtocolException {
        ObjectReader.checkText(new ArrayBody(document, 0, document.length));
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
