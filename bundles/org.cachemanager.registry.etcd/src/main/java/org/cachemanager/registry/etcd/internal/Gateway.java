package org.cachemanager.registry.etcd.internal;

import org.jspecify.annotations.Nullable;

/**
 * The JSON gateway of an etcd cluster. No method blocks; what came of a call is told by any thread, once, and never
 * before the method returns.
 */
interface Gateway {

    /** Takes what came of a call. */
    interface Answer {

        /** The registry has answered. */
        void completed(Json body);

        /**
         * It has not, or refused the call.
         *
         * @param refused whether the registry itself has said so: what authorizes the call may be out of date
         */
        void failed(String why, boolean refused);
    }

    /** Takes what is watched, message by message, and the end of it, which comes sooner or later. */
    interface Watching extends Answer {}

    /** Something that goes on until it is ended. */
    interface Watch {
        /** Ends it; nothing more is told. */
        void end();
    }

    /**
     * Has the registry do something.
     *
     * @param path such as {@code /v3/kv/range}
     * @param token what authorizes the call; null when nothing does
     */
    void call(String path, String body, @Nullable String token, Answer answer);

    /** Opens a stream of messages. */
    Watch watch(String body, @Nullable String token, Watching watching);

    /** Calls go to the next of the endpoints from now on. */
    void next();

    /** Ends all calls and streams; nothing more is told, no thread is left. */
    void close();
}
