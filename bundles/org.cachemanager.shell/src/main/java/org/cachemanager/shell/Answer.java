package org.cachemanager.shell;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;

/**
 * The answer to a call of the cache, for a thread that waits for it.
 *
 * @param <R> what the call gives
 */
final class Answer<R> implements Reply<R> {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CompletableFuture<R> future = new CompletableFuture<>();

    @Override
    public void completed(R result) {
        future.complete(result);
    }

    @Override
    public void failed(Failure failure) {
        future.completeExceptionally(new CommandFailedException(failure.message()));
    }

    /** Waits for the answer; gives the call up when it does not come or the command is interrupted. */
    R await(Call call) throws CommandFailedException {
        try {
            return await(future, PATIENCE);
        } catch (TimeoutException e) {
            throw new CommandFailedException("No answer within " + PATIENCE.toSeconds()
                    + " s. Nothing may have changed; cache:status shows how the node is.");
        } finally {
            call.cancel();
        }
    }

    /** Waits for a future; a failure of it is this command's own. */
    static <T> T await(CompletableFuture<T> future, Duration patience) throws CommandFailedException, TimeoutException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("Interrupted.");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof CommandFailedException failure) {
                throw failure;
            }
            throw new CommandFailedException(messageOf(cause));
        }
    }

    /** What a throwable says, or what it is when it says nothing. */
    static String messageOf(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
    }
}
