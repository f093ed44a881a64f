package org.cachemanager.peer.http.internal;

import java.nio.ByteBuffer;
import org.cachemanager.api.Failure;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.BodyPieces;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** An answer as it arrives, bounded before it is held. Used by one thread at a time. */
final class Answer {

    private static final int HEADER_BYTES = 8 * 1024;
    private static final int LEAST_FINAL_STATUS = 200;
    private static final int OK = 200;

    /** What an answer may have that is no item: the status of a node in a large cluster is the longest. */
    private static final int MOST_OTHER_BYTES = 256 * 1024;

    private final PeerAddress peer;
    private final Room room;
    private final HttpParser parser;
    private final BodyPieces body = new BodyPieces();
    private int status;
    private boolean lasts;
    private boolean complete;
    private @Nullable Failure refusal;

    Answer(PeerAddress peer, Room room) {
        this.peer = peer;
        this.room = room;
        this.parser = new HttpParser(new Reader(), HEADER_BYTES, HttpCompliance.RFC9110);
        this.parser.setHeaderCacheSize(0); // else a trie of 100 KB for each
    }

    /** Takes bytes that have arrived; true when there is no more to take: it is whole, or can't be used. */
    boolean read(ByteBuffer input) {
        while (!complete && refusal == null && input.hasRemaining()) {
            parser.parseNext(input);
            if (refusal == null && !complete && (parser.isClose() || parser.isClosed())) {
                refusal = Refusals.nonsense(peer, "it is not HTTP.");
            }
        }
        return complete || refusal != null;
    }

    /** Whether the connection can carry another call after this answer. */
    boolean leavesConnection() {
        return complete && refusal == null && lasts && status >= LEAST_FINAL_STATUS;
    }

    /** Hands it to the call that it is for. */
    void deliver(Exchange exchange) {
        Failure refused = refusal;
        if (refused != null) {
            exchange.refused(refused);
        } else {
            exchange.answered(status, body);
        }
    }

    /** Refuses it if so many bytes are more than it may have. */
    private void bound(long bytes, boolean exact) {
        if (bytes > Integer.MAX_VALUE) {
            refusal = Refusals.nonsense(peer, "it is too long.");
        } else if (status != OK || !room.canGrow()) {
            if (bytes > MOST_OTHER_BYTES) {
                refusal = Refusals.nonsense(peer, "it is too long.");
            }
        } else if (!room.fits(bytes, exact)) {
            refusal = Refusals.noRoom(peer);
        }
    }

    /** Takes what the parser finds. */
    private final class Reader implements HttpParser.ResponseHandler {

        @Override
        public void startResponse(HttpVersion version, int code, String reason) {
            status = code;
            lasts = version == HttpVersion.HTTP_1_1;
        }

        @Override
        public void parsedHeader(HttpField field) {
            if (field.getHeader() == HttpHeader.CONNECTION && field.contains(HttpHeaderValue.CLOSE.asString())) {
                lasts = false;
            }
        }

        @Override
        public boolean headerComplete() {
            if (parser.getContentLength() < 0 && !parser.isChunking()) {
                refusal = Refusals.nonsense(peer, "it does not say where it ends.");
            } else {
                bound(parser.getContentLength(), true);
                body.expect(parser.getContentLength());
            }
            return refusal != null;
        }

        @Override
        public boolean content(ByteBuffer part) {
            bound(body.length() + part.remaining(), false);
            if (refusal == null) {
                body.append(part);
            }
            return refusal != null;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            complete = true;
            return true;
        }

        @Override
        public void earlyEOF() {
            refusal = Refusals.nonsense(peer, "it ends before its end.");
        }

        @Override
        public void badMessage(HttpException failure) {
            refusal = Refusals.nonsense(peer, "it is not HTTP.");
        }
    }
}
