package org.cachemanager.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Reply;
import org.cachemanager.api.Reservation;

/** The uploads of a core and of its model. */
final class RigUploads {

    private final TestNode node;
    private final PlainCache model;
    private final List<Upload> line = new ArrayList<>();
    private final List<Upload> given = new ArrayList<>();

    RigUploads(TestNode node, PlainCache model) {
        this.node = node;
        this.model = model;
    }

    /** An upload that asks for room. */
    private final class Upload implements Reply<Reservation> {
        final long bytes;
        final long until;
        final boolean waits;
        boolean returned;
        boolean answered;
        Reservation room = () -> {};

        Upload(long bytes, long wait) {
            this.bytes = bytes;
            this.until = model.nanos + wait;
            this.waits = wait > 0;
        }

        private void answer() {
            model.must(!answered, "an upload was answered twice");
            answered = true;
            model.at(node.clock.nanos(), node.clock.epochMillis());
        }

        @Override
        public void completed(Reservation result) {
            answer();
            model.must(isClaimable(bytes), "{} bytes were given, with {} in transit", bytes, model.inTransit);
            if (returned) {
                model.must(equals(line.remove(0)), "an upload was let in before its turn");
            } else {
                model.must(line.isEmpty(), "an upload jumped the queue");
            }
            room = result;
            given.add(this);
            model.inTransit += bytes;
        }

        @Override
        public void failed(Failure failure) {
            answer();
            model.refused++;
            if (returned) {
                model.must(line.remove(this), "an upload did not wait");
                long late = model.nanos - until;
                model.must(late >= 0 && late <= PlainCache.TICK, "an upload waited {} too long", late);
            } else {
                model.must(!waits || bytes > model.limit, "an upload would have waited");
                model.must(!line.isEmpty() || !isAdmissible(bytes), "an upload of {} was refused", bytes);
            }
        }
    }

    private boolean isClaimable(long bytes) {
        return model.inTransit == 0 || model.inTransit + bytes <= model.limit / 2;
    }

    /** Whether there must be room, if need be by evicting; what was evicted and is being sent may be waited for. */
    private boolean isAdmissible(long bytes) {
        boolean free = model.used() + bytes <= model.limit;
        return isClaimable(bytes) && (free || (model.held.isEmpty() && model.inTransit + bytes <= model.limit));
    }

    void reserve(Step step) {
        long bytes = step.pick() % Math.min(40_000, model.limit + model.limit / 8);
        long wait = step.pick() % 3 == 0 ? 0 : step.nanos();
        Upload upload = new Upload(bytes, wait);
        boolean first = line.isEmpty() && isAdmissible(bytes);
        Call call = node.core.cache().reserve(bytes, Duration.ofNanos(wait), upload);
        upload.returned = true;
        if (upload.answered) {
            return;
        }
        model.must(wait > 0 && !first, "an upload waits without need");
        if (step.pick() % 7 == 0) {
            model.must(call.cancel(), "an upload that waited could not be cancelled");
            model.must(!call.cancel(), "an upload was cancelled twice");
            upload.answered = true;
        } else {
            line.add(upload);
        }
    }

    void giveBack(int pick) {
        if (!given.isEmpty()) {
            Upload upload = given.remove(pick % given.size());
            model.inTransit -= upload.bytes;
            upload.room.close();
            upload.room.close();
        }
    }

    /** Says who should have been let in or refused by now. */
    void timePassed() {
        for (Upload upload : line) {
            model.must(model.nanos - upload.until <= PlainCache.TICK, "an upload still waits");
        }
        boolean ready = !line.isEmpty() && isAdmissible(line.get(0).bytes);
        model.must(!ready, "an upload of {} waits, though there is room", line.isEmpty() ? "" : line.get(0).bytes);
    }

    void end() {
        while (!given.isEmpty() || !line.isEmpty()) {
            giveBack(0);
            node.clock.advance(Duration.ofSeconds(given.isEmpty() ? 3601 : 0));
            model.at(node.clock.nanos(), node.clock.epochMillis());
        }
    }
}
