package org.cachemanager.registry.etcd.internal;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The body of an answer, given on as it comes, until its taker has had enough of it. */
final class BoundedBody implements HttpResponse.BodySubscriber<Void> {

    private final Taker taker;
    private final CompletableFuture<Void> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /** Takes bytes, and throws when it wants no more. */
    @FunctionalInterface
    interface Taker {
        void take(byte[] bytes) throws IOException;
    }

    BoundedBody(Taker taker) {
        this.taker = taker;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        Flow.Subscription given = subscription;
        if (given == null) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                taker.take(bytes);
            }
            given.request(1);
        } catch (IOException | RuntimeException e) {
            given.cancel();
            body.completeExceptionally(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(null);
    }
}
