package org.cachemanager.registry.etcd.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object that came from the registry: what is missing in it, or of another type, is as good as empty. */
final class Json {

    /** The most values in an object: twice what a thousand members have, so that small ones do not become many. */
    private static final int MOST_VALUES = 20_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxNumberLength(40)
                    .build())
            .build();

    private final Map<?, ?> fields;

    private Json(Map<?, ?> fields) {
        this.fields = fields;
    }

    /**
     * Reads an object.
     *
     * @throws IOException if it is none
     */
    static Json read(byte[] bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            Reader reader = new Reader(parser);
            if (parser.nextToken() == JsonToken.START_OBJECT && reader.value() instanceof Map<?, ?> map) {
                return new Json(map);
            }
        }
        throw new IOException("That is no JSON object.");
    }

    /** Reads values, so many and no more. */
    private static final class Reader {
        private final JsonParser parser;
        private int values;

        Reader(JsonParser parser) {
            this.parser = parser;
        }

        @Nullable
        Object value() throws IOException {
            if (++values > MOST_VALUES) {
                throw new IOException("There are more than " + MOST_VALUES + " values in it.");
            }
            return switch (parser.currentToken()) {
                case START_OBJECT -> map();
                case START_ARRAY -> list();
                case VALUE_TRUE -> true;
                case VALUE_FALSE, VALUE_NULL -> null;
                default -> parser.getText();
            };
        }

        private Map<String, @Nullable Object> map() throws IOException {
            Map<String, @Nullable Object> map = new HashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value());
            }
            return map;
        }

        private List<@Nullable Object> list() throws IOException {
            List<@Nullable Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value());
            }
            return list;
        }
    }

    Json object(String name) {
        return new Json(fields.get(name) instanceof Map<?, ?> map ? map : Map.of());
    }

    List<Json> objects(String name) {
        List<Json> all = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map) {
                    all.add(new Json(map));
                }
            }
        }
        return all;
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    String text(String name) {
        return fields.get(name) instanceof String text ? text : "";
    }

    /** A number, which the registry writes as a string; 0 when there is none. */
    long number(String name) {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The bytes of a field in Base64; none when it is not. */
    byte[] bytes(String name) {
        try {
            return Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A text as a JSON string. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
