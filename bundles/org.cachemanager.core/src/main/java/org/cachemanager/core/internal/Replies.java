package org.cachemanager.core.internal;

import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls replies so that what one throws goes no further. */
final class Replies {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private static final String THREW = "A caller threw when it was given its reply; the reply is lost.";

    private Replies() {}

    static void found(GetReply reply, Item item) {
        try {
            reply.found(item);
        } catch (RuntimeException | Error e) {
            item.release();
            LOG.error(THREW, e);
        }
    }

    static void locked(GetReply reply) {
        try {
            reply.locked();
        } catch (RuntimeException | Error e) {
            LOG.error(THREW, e);
        }
    }

    static void absent(GetReply reply) {
        try {
            reply.absent();
        } catch (RuntimeException | Error e) {
            LOG.error(THREW, e);
        }
    }

    static void failed(GetReply reply, Failure failure) {
        try {
            reply.failed(failure);
        } catch (RuntimeException | Error e) {
            LOG.error(THREW, e);
        }
    }

    static <R> void completed(Reply<R> reply, R result) {
        try {
            reply.completed(result);
        } catch (RuntimeException | Error e) {
            LOG.error(THREW, e);
        }
    }

    static void failed(Reply<?> reply, Failure failure) {
        try {
            reply.failed(failure);
        } catch (RuntimeException | Error e) {
            LOG.error(THREW, e);
        }
    }
}
