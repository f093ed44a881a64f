package org.cachemanager.shell;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON text of maps, collections, strings, numbers and booleans; and strings out of their escaped form. */
final class JsonText {

    private final StringBuilder text = new StringBuilder();

    private JsonText() {}

    /** A value that is JSON text already. */
    record Raw(String text) {}

    /** The JSON text of a value, on one line, with the line's end. */
    static String of(Object value) {
        JsonText json = new JsonText();
        json.append(value);
        return json.text.append('\n').toString();
    }

    /** What goes between the quotes of a JSON string. */
    static String escape(String plain) {
        StringBuilder escaped = new StringBuilder(plain.length() + 16);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c == '\n') {
                escaped.append("\\n");
            } else if (c < ' ' || c == '\u007f' || isLoneSurrogate(plain, i)) {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static boolean isLoneSurrogate(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /** The text that stands escaped between the quotes of a valid JSON string. */
    static String unescape(String escaped) {
        StringBuilder plain = new StringBuilder(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char kind = escaped.charAt(++i);
            if (kind == 'u') {
                plain.append((char) Integer.parseInt(escaped.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                int at = "bfnrt".indexOf(kind);
                plain.append(at < 0 ? kind : "\b\f\n\r\t".charAt(at));
            }
        }
        return plain.toString();
    }

    private void append(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(comma)
                        .append('"')
                        .append(escape(String.valueOf(entry.getKey())))
                        .append("\": ");
                append(entry.getValue());
                comma = ", ";
            }
            text.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String comma = "[";
            for (Object element : list) {
                text.append(comma);
                append(element);
                comma = ", ";
            }
            text.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Raw raw) {
            text.append(raw.text());
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            text.append('"').append(escape(value.toString())).append('"');
        }
    }
}
