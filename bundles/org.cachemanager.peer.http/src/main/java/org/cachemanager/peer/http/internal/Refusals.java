package org.cachemanager.peer.http.internal;

import java.net.BindException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.cachemanager.api.Failure;
import org.cachemanager.api.Failure.Reason;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.protocol.BodyPieces;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Responses;
import org.jspecify.annotations.Nullable;

/** Why a call to a peer has failed, in sentences; none holds a word of the peer's. */
final class Refusals {

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int TOO_LARGE = 413;
    private static final int BUSY = 503;

    /** What the operating system says when it has no socket to give. */
    private static final List<String> OWN_FAULTS =
            List.of("Too many open files", "No buffer space available", "Cannot allocate memory");

    private Refusals() {}

    /** What an answer with another status than 200 means. */
    static Failure of(PeerAddress peer, int status, BodyPieces body) {
        return switch (status) {
            case FORBIDDEN ->
                new Failure(
                        Reason.REFUSED,
                        "The peer " + peer
                                + " does not accept this node: compare the keys, clocks and certificates of both.");
            case TOO_LARGE ->
                new Failure(Reason.TOO_LARGE, "The item is larger than what the peer " + peer + " may hold.");
            case BUSY -> busy(peer, body);
            default -> other(peer, status, body);
        };
    }

    private static Failure busy(PeerAddress peer, BodyPieces body) {
        String code = code(body);
        if (code.equals(ErrorCode.NO_ROOM.word())) {
            return new Failure(Reason.NO_ROOM, "The peer " + peer + " has no room for the call now; try again.");
        }
        if (code.equals(ErrorCode.ELSEWHERE.word())) {
            return new Failure(Reason.ELSEWHERE, "The peer " + peer + " does not serve that key now.");
        }
        return unavailable(peer, "can't serve now");
    }

    /** A peer that says why in the words of the protocol is there, and may serve all other calls. */
    private static Failure other(PeerAddress peer, int status, BodyPieces body) {
        if (status >= BAD_REQUEST && !code(body).isEmpty()) {
            return new Failure(
                    Reason.FAILED, "The peer " + peer + " could not carry the call out (status " + status + ").");
        }
        return unavailable(peer, "answered with status " + status);
    }

    private static String code(BodyPieces body) {
        if (body.length() == 0) {
            return "";
        }
        try {
            return Responses.parseError(body.part(0, body.length()).toByteArray())
                    .code();
        } catch (ProtocolException e) {
            return ""; // whoever wrote that knows no such code
        }
    }

    /** The connection has failed; {@code cause} is null when the peer has closed it. */
    static Failure lost(PeerAddress peer, @Nullable Throwable cause) {
        if (cause instanceof SSLHandshakeException && isAboutTrust(cause)) {
            return new Failure(
                    Reason.REFUSED,
                    "The peer " + peer + " and this node do not accept each other's certificates: check ca_cert,"
                            + " client_cert and client_key of both.");
        }
        if (cause instanceof ConnectException && "Connection refused".equals(cause.getMessage())) {
            return new Failure(Reason.NOBODY, "Nobody listens at " + peer + ".");
        }
        if (cause != null && isOwn(cause)) {
            return noConnection(peer);
        }
        return unavailable(peer, cause == null ? "has hung up" : "can't be reached (" + kind(cause) + ")");
    }

    /** Whether this machine has no more sockets, ports or memory for them: nothing that the peer could help. */
    private static boolean isOwn(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof BindException || OWN_FAULTS.stream().anyMatch(message::contains);
    }

    /** An alert that the peer sent, or a certificate of the peer's that was found wanting. */
    private static boolean isAboutTrust(Throwable failure) {
        if (String.valueOf(failure.getMessage()).startsWith("Received fatal alert")) {
            return true;
        }
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    private static String kind(Throwable cause) {
        return cause.getClass().getSimpleName();
    }

    /** @param why a sentence of this node's, about no more than names of fields */
    static Failure nonsense(PeerAddress peer, String why) {
        return new Failure(
                Reason.UNAVAILABLE,
                "The peer " + peer + " answered with something that is no answer to the call: " + why);
    }

    static Failure unknown(PeerAddress peer) {
        return unavailable(peer, "has a name that no resolver knows");
    }

    static Failure tooSlow(PeerAddress peer) {
        return unavailable(peer, "takes too long to send its answer");
    }

    static Failure noRoom(PeerAddress peer) {
        return new Failure(Reason.NO_ROOM, "This node has no room now for the answer of the peer " + peer + ".");
    }

    static Failure noConnection(PeerAddress peer) {
        return new Failure(
                Reason.NO_ROOM,
                "This node can open no more connections, as to the peer " + peer + ": raise its limits of open files"
                        + " and of local ports.");
    }

    static Failure noCertificates(PeerAddress peer) {
        return new Failure(
                Reason.REFUSED,
                "The certificates for the peer " + peer + " can't be used; the log says why. Check ca_cert,"
                        + " client_cert and client_key.");
    }

    static Failure stopping(PeerAddress peer) {
        return new Failure(Reason.UNAVAILABLE, "The transport to the peer " + peer + " stops; call again.");
    }

    private static Failure unavailable(PeerAddress peer, String what) {
        return new Failure(Reason.UNAVAILABLE, "The peer " + peer + " " + what + ".");
    }
}
