package org.cachemanager.peer.http.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cachemanager.api.Data;
import org.cachemanager.api.peer.Greeting;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerCall;
import org.cachemanager.api.peer.Version;
import org.cachemanager.protocol.DeleteRequest;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.GreetRequest;
import org.cachemanager.protocol.LookUpsRequest;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.SetRequest;
import org.cachemanager.protocol.Text;
import org.jspecify.annotations.Nullable;

/** The bytes of a request, the data of an upload where they lie. */
final class Outgoing {

    private static final Data NOTHING = Data.of(new byte[0]);

    private final byte[] head;
    private final Data data;
    private final byte[] tail;

    private Outgoing(byte[] head, Data data, byte[] tail) {
        this.head = head;
        this.data = data;
        this.tail = tail;
    }

    static Outgoing probe(PeerAddress peer) {
        return new Outgoing(
                ascii("GET /status HTTP/1.1\r\nHost: " + authority(peer) + "\r\n\r\n"), NOTHING, new byte[0]);
    }

    static Outgoing get(PeerCall call, Duration maxWait) {
        return post(call.peer(), "/get_data", Requests.render(lookUp(call, maxWait)));
    }

    /** Of look-ups in one namespace. */
    static Outgoing lookUps(List<LookUp> all) {
        PeerCall first = all.get(0).call;
        List<Text> keys = new ArrayList<>(all.size());
        for (LookUp one : all) {
            keys.add(Text.ofCanonical(one.call.key().toByteArray()));
        }
        LookUpsRequest request = new LookUpsRequest(
                Text.ofCanonical(first.namespace().name()),
                keys,
                first.namespace().peer());
        return post(first.peer(), "/peer/look_up", Requests.render(request));
    }

    private static GetRequest lookUp(PeerCall call, Duration time) {
        return new GetRequest(
                Text.ofCanonical(call.namespace().name()),
                Text.ofCanonical(call.key().toByteArray()),
                time,
                call.namespace().peer());
    }

    static Outgoing claim(PeerCall call, Duration lease) {
        return post(call.peer(), "/peer/claim", Requests.render(lookUp(call, lease)));
    }

    static Outgoing greet(PeerCall call, Greeting greeting) {
        GreetRequest request = new GreetRequest(
                Text.ofCanonical(call.namespace().name()),
                greeting,
                call.namespace().peer());
        return post(call.peer(), "/peer/greet", Requests.render(request));
    }

    static Outgoing delete(PeerCall call) {
        DeleteRequest request = new DeleteRequest(
                Text.ofCanonical(call.namespace().name()),
                Text.ofCanonical(call.key().toByteArray()),
                call.namespace().peer());
        return post(call.peer(), "/delete_data", Requests.render(request));
    }

    static Outgoing set(PeerCall call, Data data, long ttlSeconds) {
        return upload("/set_data", call.peer(), item(call, data, ttlSeconds, null));
    }

    static Outgoing give(PeerCall call, Data data, Version version) {
        return upload("/peer/give", call.peer(), item(call, data, 1, version));
    }

    private static SetRequest item(PeerCall call, Data data, long ttlSeconds, @Nullable Version version) {
        return new SetRequest(
                Text.ofCanonical(call.namespace().name()),
                Text.ofCanonical(call.key().toByteArray()),
                data,
                ttlSeconds,
                call.namespace().peer(),
                version);
    }

    private static Outgoing upload(String path, PeerAddress peer, SetRequest request) {
        byte[] begin = bytes(Requests.setHead(request));
        byte[] end = bytes(Requests.setTail(request));
        long length = (long) begin.length + request.data().length() + end.length;
        return new Outgoing(join(head(peer, path, length), begin), request.data(), end);
    }

    private static Outgoing post(PeerAddress peer, String path, byte[] body) {
        return new Outgoing(join(head(peer, path, body.length), body), NOTHING, new byte[0]);
    }

    private static byte[] head(PeerAddress peer, String path, long length) {
        return ascii("POST " + path + " HTTP/1.1\r\nHost: " + authority(peer) + "\r\nContent-Length: " + length
                + "\r\n\r\n");
    }

    private static String authority(PeerAddress peer) {
        String url = peer.toString();
        return url.substring(url.indexOf("//") + 2);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    long length() {
        return (long) head.length + data.length() + tail.length;
    }

    /** Copies bytes from a position on, as many as there are or as the target has room for. */
    void copyTo(long from, ByteBuffer target) {
        long at = copy(head, from, target);
        if (at >= 0 && at < data.length() && target.hasRemaining()) {
            int before = target.position();
            data.copyTo((int) at, target);
            at += target.position() - before;
        }
        if (at >= data.length()) {
            copy(tail, at - data.length(), target);
        }
    }

    /** Copies what is left of an array; returns the position behind it, negative if not all of it was copied. */
    private static long copy(byte[] bytes, long from, ByteBuffer target) {
        if (from < bytes.length) {
            int count = (int) Math.min(bytes.length - from, target.remaining());
            target.put(bytes, (int) from, count);
            return from + count - bytes.length;
        }
        return from - bytes.length;
    }
}
