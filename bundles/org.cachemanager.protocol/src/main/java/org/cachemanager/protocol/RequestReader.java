package org.cachemanager.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cachemanager.api.Data;
import org.cachemanager.api.Key;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.Version;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the fields of a request. A field that breaks a rule is refused only when it is asked for: it may be repeated,
 * and the last one counts.
 */
final class RequestReader implements ObjectReader.Fields {

    /** The calls that have a body. */
    enum Kind {
        GET,
        SET,
        GIVE,
        DELETE,
        GREET,
        LOOK_UP;

        boolean hasData() {
            return this == SET || this == GIVE;
        }
    }

    private final Body body;
    private final Kind kind;
    private Map<String, ProtocolException> faults = Map.of();
    private @Nullable Text namespace;
    private @Nullable Text key;
    private @Nullable Data data;
    private Duration maxWait = Duration.ZERO;
    private long ttlSeconds;
    private @Nullable PeerMark peer;
    private final Map<String, Long> numbers = new HashMap<>(0);
    private List<Text> keys = List.of();
    private @Nullable UUID ref;

    private RequestReader(Body body, Kind kind) {
        this.body = body;
        this.kind = kind;
    }

    static RequestReader read(Body body, Kind kind) throws ProtocolException {
        return ObjectReader.read(body, () -> new RequestReader(body, kind));
    }

    @Override
    public void data(Data last) {
        data = last;
    }

    @Override
    public void field(String name, JsonParser parser) throws IOException, ProtocolException {
        try {
            take(name, parser);
            if (!faults.isEmpty()) {
                faults.remove(name);
            }
        } catch (ProtocolException e) {
            if (faults.isEmpty()) {
                faults = new HashMap<>();
            }
            faults.put(name, e);
        }
    }

    private void take(String name, JsonParser parser) throws IOException, ProtocolException {
        switch (name) {
            case "namespace" -> namespace = text(name, parser, Limits.MAX_NAMESPACE_BYTES, Limits.MAX_MARK_BYTES);
            case "peer" -> peer = mark(name, parser);
            case "key" -> key = checked(text(name, parser, Limits.MAX_KEY_BYTES, 0));
            case "max_wait_time" -> {
                if (kind == Kind.GET) {
                    maxWait = Numbers.maxWait(parser);
                }
            }
            case "ttl" -> {
                if (kind.hasData()) {
                    ttlSeconds = Numbers.ttlSeconds(parser);
                }
            }
            case "data" -> {
                if (kind.hasData()) {
                    requireString(name, parser);
                }
            }
            case "keys" -> {
                if (kind == Kind.LOOK_UP) {
                    keys = texts(parser);
                }
            }
            case "stamp", "expiry" -> {
                if (kind == Kind.GIVE) {
                    numbers.put(name, number(name, parser));
                }
            }
            default -> {
                if (kind == Kind.GREET) {
                    takeOfGreeting(name, parser);
                } // else what the protocol does not know is ignored
            }
        }
    }

    private void takeOfGreeting(String name, JsonParser parser) throws IOException, ProtocolException {
        switch (name) {
            case "view", "epoch", "clock", "reported", "since", "started", "begun" ->
                numbers.put(name, number(name, parser));
            case "ref" -> ref = mark(name, parser).ref();
            default -> {
                // A later version may say more.
            }
        }
    }

    private static long number(String name, JsonParser parser) throws IOException, ProtocolException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == NumberType.BIG_INTEGER) {
            throw new ProtocolException(ErrorCode.WRONG_TYPE, name + " must be a whole number of 64 bits.");
        }
        return parser.getLongValue();
    }

    /** A text of so many bytes at the most, and some more that only a peer may have. */
    private Text text(String name, JsonParser parser, int most, int more) throws IOException, ProtocolException {
        requireString(name, parser);
        Text text = body.text(parser, most + more);
        if (text == null) {
            throw new ProtocolException(
                    ErrorCode.OUT_OF_RANGE, name + " has more than " + most + " bytes; shorten it.");
        }
        return text;
    }

    private List<Text> texts(JsonParser parser) throws IOException, ProtocolException {
        List<Text> texts = new ArrayList<>();
        boolean array = parser.currentToken() == JsonToken.START_ARRAY;
        while (array && parser.nextToken() == JsonToken.VALUE_STRING && texts.size() < LookUpsRequest.MOST_KEYS) {
            texts.add(checked(text("key", parser, Limits.MAX_KEY_BYTES, 0)));
        }
        if (texts.isEmpty() || parser.currentToken() != JsonToken.END_ARRAY) {
            throw new ProtocolException(
                    ErrorCode.OUT_OF_RANGE, "keys must be an array of 1 to " + LookUpsRequest.MOST_KEYS + " strings.");
        }
        return texts;
    }

    private static void requireString(String name, JsonParser parser) throws IOException, ProtocolException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new ProtocolException(ErrorCode.WRONG_TYPE, name + " must be a string.");
        }
    }

    private static PeerMark mark(String name, JsonParser parser) throws IOException, ProtocolException {
        requireString(name, parser);
        try {
            return PeerMark.parse(parser.getText());
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(
                    ErrorCode.WRONG_TYPE, name + " must be the ref of a node, with or without an epoch.");
        }
    }

    private static Text checked(Text key) throws ProtocolException {
        if (key.length() == 0) {
            throw new ProtocolException(ErrorCode.BAD_KEY, "key is empty; it needs at least one character.");
        }
        if (key.has(Key.SEPARATOR)) {
            throw new ProtocolException(ErrorCode.BAD_KEY, "key has a | in it, which no key may have.");
        }
        return key;
    }

    Text namespace() throws ProtocolException {
        return required("namespace", namespace);
    }

    Text key() throws ProtocolException {
        return required("key", key);
    }

    List<Text> keys() throws ProtocolException {
        return required("keys", keys.isEmpty() ? null : keys);
    }

    Data data() throws ProtocolException {
        return required("data", data);
    }

    Duration maxWait() throws ProtocolException {
        return required("max_wait_time", maxWait);
    }

    long ttlSeconds() throws ProtocolException {
        return required("ttl", ttlSeconds == 0 ? null : ttlSeconds);
    }

    /** Which copy of an item it is. */
    Version version() throws ProtocolException {
        return new Version(counted("expiry"), counted("stamp"));
    }

    Greeting greeting() throws ProtocolException {
        return new Greeting(
                required("ref", ref),
                counted("view"),
                counted("epoch"),
                counted("clock"),
                counted("reported"),
                counted("since"),
                counted("started"),
                counted("begun"));
    }

    private long counted(String name) throws ProtocolException {
        return required(name, numbers.get(name));
    }

    /** The mark of the node that passes the call on; null when a client calls. */
    @Nullable
    PeerMark peer() throws ProtocolException {
        ProtocolException fault = faults.get("peer");
        if (fault != null) {
            throw fault;
        }
        return peer;
    }

    private <T> T required(String name, @Nullable T value) throws ProtocolException {
        ProtocolException fault = faults.get(name);
        if (fault != null) {
            throw fault;
        }
        if (value == null) {
            throw new ProtocolException(ErrorCode.MISSING_FIELD, "The field " + name + " is missing; send it.");
        }
        return value;
    }
}
