package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/** Gathers the fields of a response. */
final class ResponseReader implements ObjectReader.Fields {

    private final Map<String, Object> values = new HashMap<>();
    private @Nullable Data data;
    private boolean dataIsThere;
    private boolean dataIsNull;

    private ResponseReader() {}

    static ResponseReader read(Body body) throws ProtocolException {
        return ObjectReader.read(body, ResponseReader::new);
    }

    @Override
    public void data(Data last) {
        data = last;
    }

    @Override
    public void field(String name, JsonParser parser) throws IOException, ProtocolException {
        JsonToken token = parser.currentToken();
        switch (name) {
            case "data" -> {
                dataIsNull = token == JsonToken.VALUE_NULL;
                dataIsThere = dataIsNull || token == JsonToken.VALUE_STRING;
            }
            case "lock", "deleted" -> put(name, token.isBoolean() ? token == JsonToken.VALUE_TRUE : null);
            case "expiry", "view", "epoch", "clock", "since", "started", "begun" ->
                put(name, token == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : null);
            case "error", "code", "ref" -> values.put(name, token == JsonToken.VALUE_STRING ? parser.getText() : "");
            default -> {
                // A later version may say more.
            }
        }
    }

    /** Takes a value; null, one of another type, is as good as none. */
    private void put(String name, @Nullable Object value) {
        if (value == null) {
            values.remove(name);
        } else {
            values.put(name, value);
        }
    }

    @Nullable
    Data data() throws ProtocolException {
        if (!dataIsThere) {
            throw new ProtocolException(
                    ErrorCode.MISSING_FIELD, "The response has no data, neither a string nor null.");
        }
        return dataIsNull ? null : data;
    }

    boolean flag(String name) throws ProtocolException {
        return required(name, Boolean.class);
    }

    long number(String name) throws ProtocolException {
        return required(name, Long.class);
    }

    String text(String name) throws ProtocolException {
        return required(name, String.class);
    }

    private <T> T required(String name, Class<T> type) throws ProtocolException {
        Object value = values.get(name);
        if (value == null) {
            throw new ProtocolException(ErrorCode.MISSING_FIELD, "The response has no field " + name + ".");
        }
        return type.cast(value);
    }
}
