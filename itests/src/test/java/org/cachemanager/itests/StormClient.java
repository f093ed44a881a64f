package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads what lasts, sets, reads and deletes what is its own, and makes what many wait for; every answer
 * is compared with the only right one. Used by one thread.
 */
final class StormClient implements AutoCloseable {

    private static final int OWN = 10;
    private static final int MOST_WAIT_SECONDS = 20;
    private static final long MAKING_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Storm storm;
    private final int number;
    private final Random random;
    private final @Nullable RawConnection kept;
    /** What was set last, or null where it was deleted. */
    private final @Nullable String[] own = new String[OWN];

    private int sets;

    /** @param number odd ones keep their connection, even ones open one for each call */
    StormClient(Storm storm, int number) throws IOException {
        this.storm = storm;
        this.number = number;
        this.random = new Random(number);
        this.kept = number % 2 == 0 ? null : new RawConnection(storm.port());
    }

    void call() throws IOException {
        int what = random.nextInt(10);
        if (what < 5) {
            readLasting(random.nextInt(storm.lastingItems()));
        } else if (what < 8) {
            changeOwn(random.nextInt(OWN));
        } else {
            getMade(random.nextInt(Storm.MADE));
        }
    }

    void readLasting(int item) throws IOException {
        assertThat(get("lasting" + item).path("data").asText())
                .as("lasting item %d", item)
                .isEqualTo(Storm.lasting(item));
    }

    private void changeOwn(int slot) throws IOException {
        checkOwn(slot);
        if (random.nextInt(4) == 0) {
            deleteOwn(slot);
        } else {
            String value = number + "-" + sets++ + "-" + "v".repeat(random.nextInt(500));
            set(ownKey(slot), value);
            own[slot] = value;
        }
        checkOwn(slot);
    }

    private String ownKey(int slot) {
        return "own" + number + '/' + slot;
    }

    private void checkOwn(int slot) throws IOException {
        JsonNode data = get(ownKey(slot)).path("data");
        assertThat(data.isNull() ? null : data.asText()).as(ownKey(slot)).isEqualTo(own[slot]);
    }

    private void deleteOwn(int slot) throws IOException {
        JsonNode answer = json("/delete_data", keyed(ownKey(slot), ""));
        assertThat(answer.path("deleted").asBoolean()).as(ownKey(slot)).isEqualTo(own[slot] != null);
        own[slot] = null;
    }

    /** Waits for what another one makes, or makes it; whoever has it deletes it at times. */
    private void getMade(int which) throws IOException {
        String key = "made" + which;
        long begun = System.nanoTime();
        JsonNode answer = answer("/get_data", keyed(key, ",\"max_wait_time\":" + MOST_WAIT_SECONDS));
        assertThat(System.nanoTime() - begun)
                .as("nanoseconds waited for %s", key)
                .isLessThan(TimeUnit.SECONDS.toNanos(MOST_WAIT_SECONDS));
        if (answer.path("lock").asBoolean()) {
            storm.locked(which, number);
            LockSupport.parkNanos(random.nextLong(MAKING_NANOS));
            storm.unlocked(which, number);
            set(key, "made by " + number);
        } else {
            assertThat(answer.path("data").asText()).as(key).startsWith("made by ");
        }
        if (random.nextInt(3) == 0) {
            json("/delete_data", keyed(key, ""));
        }
    }

    /** Looks at everything of its own once more, and deletes it. */
    void leave() throws IOException {
        for (int slot = 0; slot < OWN; slot++) {
            checkOwn(slot);
            deleteOwn(slot);
        }
    }

    void set(String key, String data) throws IOException {
        assertThat(json("/set_data", keyed(key, ",\"data\":\"" + data + "\",\"ttl\":36000"))
                        .asText())
                .isEqualTo("ok");
    }

    private JsonNode get(String key) throws IOException {
        return json("/get_data", keyed(key, ",\"max_wait_time\":0"));
    }

    private String keyed(String key, String more) {
        return "{\"namespace\":\"" + storm.token(random) + "\",\"key\":\"" + key + "\"" + more + "}";
    }

    /** A call that waits for nobody, and is measured. */
    private JsonNode json(String path, String body) throws IOException {
        long begun = System.nanoTime();
        JsonNode answer = answer(path, body);
        storm.latencies().add(System.nanoTime() - begun);
        return answer;
    }

    private JsonNode answer(String path, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        RawConnection.Answer answer =
                kept == null ? RawConnection.postOnce(storm.port(), path, bytes) : kept.post(path, bytes);
        assertThat(answer.status()).as("%s %s: %s", path, body, answer.body()).isEqualTo(200);
        return NodeProcess.json(answer.body());
    }

    @Override
    public void close() throws IOException {
        if (kept != null) {
            kept.close();
        }
    }
}
