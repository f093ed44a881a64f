package org.cachemanager.shell;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cachemanager.api.Data;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.admin.CacheAdmin.Operation;

/** The commands on items: get, set, del, flush. */
final class ItemCommands {

    private static final int MOST_KEY_BYTES = 16 * 1024;
    private static final int MOST_NAMESPACE_BYTES = 4 * 1024;
    private static final Duration DEFAULT_TTL = Duration.ofMinutes(15);
    private static final long MOST_TTL_SECONDS = 315_360_000;

    private final Node node;

    ItemCommands(Node node) {
        this.node = node;
    }

    /** What a look-up gave: the data as it is between the quotes of a JSON string, and when it expires. */
    private record Found(String escaped, long expirySeconds) {

        private static final Found NOTHING = new Found("", -1);

        boolean isThere() {
            return expirySeconds >= 0;
        }
    }

    /** Takes a look-up's outcome and lets the item go at once. */
    private record Lookup(Answer<Found> answer) implements GetReply {

        @Override
        public void found(Item item) {
            try {
                String escaped = new String(item.data().toByteArray(), StandardCharsets.UTF_8);
                answer.completed(new Found(escaped, Math.floorDiv(item.expiryMillis(), 1000L)));
            } finally {
                item.release();
            }
        }

        @Override
        public void locked() {
            answer.completed(Found.NOTHING);
        }

        @Override
        public void absent() {
            answer.completed(Found.NOTHING);
        }

        @Override
        public void failed(Failure failure) {
            answer.failed(failure);
        }
    }

    String get(Arguments arguments) throws CommandFailedException {
        Answer<Found> answer = new Answer<>();
        Found found = answer.await(node.cache().get(key(arguments), Duration.ZERO, new Lookup(answer)));
        if (arguments.wantsJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("data", new JsonText.Raw(found.isThere() ? '"' + found.escaped() + '"' : "null"));
            json.put("expiry", Math.max(0, found.expirySeconds()));
            return JsonText.of(json);
        }
        if (!found.isThere()) {
            throw new CommandFailedException("No such item: it was never set, has expired, or was evicted.");
        }
        return JsonText.unescape(found.escaped()) + '\n';
    }

    String set(Arguments arguments) throws CommandFailedException {
        Duration ttl = arguments.time("ttl", DEFAULT_TTL);
        if (ttl.toSeconds() < 1 || ttl.toSeconds() > MOST_TTL_SECONDS) {
            throw new CommandFailedException("--ttl: from 1s to 3650d.");
        }
        byte[] data = bytes(JsonText.escape(arguments.operand(2)), "DATA", Integer.MAX_VALUE);
        Answer<Integer> answer = new Answer<>();
        int length = answer.await(node.cache().set(key(arguments), Data.of(data), ttl.toSeconds(), answer));
        return arguments.wantsJson()
                ? JsonText.of(Map.of("bytes", length))
                : "Stored, " + length + " bytes of data, for " + ttl.toSeconds() + " s.\n";
    }

    String del(Arguments arguments) throws CommandFailedException {
        Answer<Boolean> answer = new Answer<>();
        boolean deleted = answer.await(node.cache().delete(key(arguments), answer));
        if (arguments.wantsJson()) {
            return JsonText.of(Map.of("deleted", deleted));
        }
        return deleted ? "Deleted.\n" : "Nothing to delete: there was no such item.\n";
    }

    String flush(Arguments arguments) throws CommandFailedException {
        StatusCommands.require(node.admin(), Operation.FLUSH);
        long items = node.admin().flush();
        return arguments.wantsJson()
                ? JsonText.of(Map.of("flushed", items))
                : "Removed " + items + " items; locks and waiters stay.\n";
    }

    private static Key key(Arguments arguments) throws CommandFailedException {
        byte[] namespace = bytes(arguments.operand(0), "NAMESPACE", MOST_NAMESPACE_BYTES);
        return Key.of(Namespace.of(namespace), bytes(arguments.operand(1), "KEY", MOST_KEY_BYTES));
    }

    private static byte[] bytes(String text, String what, int most) throws CommandFailedException {
        boolean isName = !what.equals("DATA");
        if (isName && (text.isEmpty() || text.indexOf(Key.SEPARATOR) >= 0)) {
            throw new CommandFailedException(what + " is not empty and has no | in it.");
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            if (bytes.length > most) {
                throw new CommandFailedException(what + " may have " + most + " bytes at the most.");
            }
            return bytes;
        } catch (CharacterCodingException e) {
            throw new CommandFailedException(what + " is not text that can be stored: half a surrogate pair.");
        }
    }
}
