package org.cachemanager.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Reply;
import org.jspecify.annotations.Nullable;

/** What a call came to, as a word: a reply that a test waits for. */
public final class Outcome implements GetReply {

    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private volatile @Nullable Item item;

    /** The same as a reply to another call than a look-up: {@code completed RESULT}. */
    public <R> Reply<R> reply() {
        return new Reply<>() {
            @Override
            public void completed(R result) {
                outcomes.add("completed " + result);
            }

            @Override
            public void failed(Failure failure) {
                Outcome.this.failed(failure);
            }
        };
    }

    @Override
    public void found(Item found) {
        item = found;
        outcomes.add("found");
    }

    @Override
    public void locked() {
        outcomes.add("locked");
    }

    @Override
    public void absent() {
        outcomes.add("absent");
    }

    @Override
    public void failed(Failure failure) {
        assertThat(failure.message()).isNotBlank();
        outcomes.add("failed " + failure.reason());
    }

    /** Waits for the outcome. */
    public String await() throws InterruptedException {
        String outcome = outcomes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome in time").isNotNull();
        return outcome;
    }

    /** The item that was found. */
    public Item item() {
        Item found = item;
        if (found == null) {
            throw new AssertionError("No item was found.");
        }
        return found;
    }

    /** The data of the item that was found, as text. */
    public String text() {
        return new String(item().data().toByteArray(), StandardCharsets.UTF_8);
    }

    /** Whether no reply was called that nobody has waited for. */
    public boolean isSilent() {
        return outcomes.isEmpty();
    }
}
