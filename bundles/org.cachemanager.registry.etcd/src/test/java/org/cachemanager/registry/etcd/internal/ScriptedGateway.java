package org.cachemanager.registry.etcd.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A registry that answers one by one, when the test lets it. */
final class ScriptedGateway implements Gateway {

    final Deque<Call> calls = new ConcurrentLinkedDeque<>();
    int endpoint;

    /** Those that are open. */
    int watches;

    int closed;

    record Call(String path, String body, @Nullable String token, Answer answer) {}

    @Override
    public void call(String path, String body, @Nullable String token, Answer answer) {
        calls.add(new Call(path, body, token, answer));
    }

    @Override
    public Watch watch(String body, @Nullable String token, Watching watching) {
        calls.add(new Call("watch", body, token, watching));
        watches++;
        return () -> watches--;
    }

    @Override
    public void next() {
        endpoint++;
    }

    @Override
    public void close() {
        closed++;
    }

    Call expect(String path) {
        Call call = calls.remove();
        assertThat(call.path).isEqualTo(path);
        return call;
    }

    Call answer(String path, String json) {
        Call call = expect(path);
        call.answer.completed(json(json));
        return call;
    }

    void fail(String path, String why, boolean refused) {
        expect(path).answer.failed(why, refused);
    }

    /** Answers what is asked for, wherever it stands; how many that were. */
    int answerAll(Predicate<Call> which, String json) {
        int answered = 0;
        for (Call call : calls.stream().filter(which).toList()) {
            calls.remove(call);
            call.answer.completed(json(json));
            answered++;
        }
        return answered;
    }

    /** Lets leases live. */
    void keepAlive() {
        answerAll(call -> call.path.endsWith("keepalive"), "{\"result\":{\"TTL\":\"15\"}}");
    }

    static Json json(String text) {
        try {
            return Json.read(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
