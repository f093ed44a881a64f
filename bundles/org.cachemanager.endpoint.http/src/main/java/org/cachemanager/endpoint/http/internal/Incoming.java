package org.cachemanager.endpoint.http.internal;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * A request as the server hands it over.
 *
 * @param request what was asked
 * @param response where the answer goes
 * @param callback ends it
 * @param parkedCalls where it is noted while it waits
 * @param farewell tells whether its connection ends with its answer
 */
record Incoming(Request request, Response response, Callback callback, ParkedCalls parkedCalls, Farewell farewell) {}
