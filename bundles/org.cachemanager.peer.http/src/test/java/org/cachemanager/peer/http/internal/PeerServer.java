package org.cachemanager.peer.http.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.cachemanager.api.Cache;
import org.cachemanager.api.Call;
import org.cachemanager.api.Failure;
import org.cachemanager.api.GetReply;
import org.cachemanager.api.Item;
import org.cachemanager.api.Key;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.PeerMark;
import org.cachemanager.api.Reply;
import org.cachemanager.api.peer.PeerAddress;
import org.cachemanager.api.peer.PeerService;
import org.cachemanager.api.peer.Version;
import org.cachemanager.protocol.DeleteRequest;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.GreetRequest;
import org.cachemanager.protocol.LookUps;
import org.cachemanager.protocol.LookUpsRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.cachemanager.protocol.SetRequest;
import org.cachemanager.protocol.Text;
import org.jspecify.annotations.Nullable;

/** A peer on plain blocking sockets, a thread a connection, that serves a cache. */
final class PeerServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Cache cache;
    private final boolean tls;
    final AtomicInteger accepted = new AtomicInteger();

    /** How many keys each request for several had. */
    final Queue<Integer> lookedUp = new ConcurrentLinkedQueue<>();

    final CopyOnWriteArrayList<Socket> sockets = new CopyOnWriteArrayList<>();

    /** @param listening what it accepts from; closed with it */
    PeerServer(ServerSocket listening, boolean tls, Cache cache) {
        this.listening = listening;
        this.tls = tls;
        this.cache = cache;
        background(this::accept);
    }

    static PeerServer plain(Cache cache) throws IOException {
        return new PeerServer(loopback(), false, cache);
    }

    static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    }

    PeerAddress address() {
        return new PeerAddress("127.0.0.1", listening.getLocalPort(), tls);
    }

    static void background(Runnable task) {
        Thread thread = new Thread(task, "test-peer");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                accepted.incrementAndGet();
                sockets.add(socket);
                background(() -> serve(socket));
            }
        } catch (IOException e) {
            close(); // the test has ended
        }
    }

    /** Closes the connections that there are, as a peer that restarts does. */
    void dropConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void serve(Socket socket) {
        Exchanged last = new Exchanged(socket);
        try {
            InputStream in = socket.getInputStream();
            String line = line(in);
            while (!line.isEmpty()) {
                Map<String, String> headers = new TreeMap<>();
                for (String field = line(in); !field.isEmpty(); field = line(in)) {
                    int colon = field.indexOf(':');
                    if (colon < 0) {
                        throw new IOException("That is no HTTP.");
                    }
                    headers.put(
                            field.substring(0, colon).toLowerCase(Locale.ROOT),
                            field.substring(colon + 1).trim());
                }
                byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
                last = new Exchanged(socket);
                last.begin(line.split(" ", 3)[1], body);
                line = line(in);
            }
        } catch (IOException | ProtocolException e) {
            last.failed(new Failure(Failure.Reason.BAD_NAMESPACE, e.toString()));
        }
        last.call.cancel();
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A line; empty at the end, too. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(US_ASCII).trim();
    }

    @Override
    public void close() {
        try {
            listening.close();
            dropConnections();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A request and its answer. */
    private final class Exchanged implements GetReply {
        private final Socket socket;
        private volatile Call call = Call.ANSWERED;

        Exchanged(Socket socket) {
            this.socket = socket;
        }

        void begin(String path, byte[] body) throws ProtocolException {
            switch (path) {
                case "/status" -> answer(200, Responses.status(cache.status()));
                case "/get_data" -> {
                    GetRequest get = Requests.get(body, 0, body.length);
                    call = cache.get(key(get.namespace(), get.key(), get.peer()), get.maxWait(), this);
                }
                case "/peer/look_up" -> answer(200, lookUps(Requests.lookUps(body, 0, body.length)));
                case "/set_data" -> {
                    SetRequest set = Requests.set(body, 0, body.length);
                    Key key = key(set.namespace(), set.key(), set.peer());
                    call = cache.set(key, set.data(), set.ttlSeconds(), reply(length -> Responses.stored()));
                }
                case "/peer/greet" -> {
                    GreetRequest greet = Requests.greet(body, 0, body.length);
                    UUID ref = Objects.requireNonNull(greet.peer()).ref();
                    answer(200, Responses.greeting(peers().greeted(ref, greet.greeting())));
                }
                case "/peer/claim" -> {
                    GetRequest claim = Requests.get(body, 0, body.length);
                    Key key = key(claim.namespace(), claim.key(), claim.peer());
                    peers().claim(
                                    key,
                                    claim.maxWait(),
                                    reply(noted -> noted ? Responses.locked() : Responses.absent()));
                }
                case "/peer/give" -> {
                    SetRequest given = Requests.give(body, 0, body.length);
                    Key key = key(given.namespace(), given.key(), given.peer());
                    Version version = Objects.requireNonNull(given.version());
                    peers().take(key, given.data(), version, reply(taken -> Responses.stored()));
                }
                default -> {
                    DeleteRequest delete = Requests.delete(body, 0, body.length);
                    Key key = key(delete.namespace(), delete.key(), delete.peer());
                    call = cache.delete(key, reply(Responses::deleted));
                }
            }
        }

        private ByteBuffer lookUps(LookUpsRequest request) {
            lookedUp.add(request.keys().size());
            LookUps all = new LookUps();
            for (Text key : request.keys()) {
                Found found = new Found(all);
                cache.get(key(request.namespace(), key, request.peer()), Duration.ZERO, found);
                if (!found.answered) {
                    all.alone();
                }
            }
            return all.end();
        }

        private PeerService peers() {
            return (PeerService) cache;
        }

        private static Key key(Text namespace, Text key, @Nullable PeerMark peer) {
            byte[] name = namespace.toByteArray();
            return Key.of(peer == null ? Namespace.of(name) : Namespace.ofPeer(name, peer), key.toByteArray());
        }

        private <R> Reply<R> reply(java.util.function.Function<R, ByteBuffer> body) {
            return new Reply<>() {
                @Override
                public void completed(R result) {
                    answer(200, body.apply(result));
                }

                @Override
                public void failed(Failure failure) {
                    Exchanged.this.failed(failure);
                }
            };
        }

        private void answer(int status, ByteBuffer body) {
            byte[] bytes = new byte[body.remaining()];
            body.get(bytes);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(
                    ("HTTP/1.1 " + status + " X\r\nContent-Length: " + bytes.length + "\r\n\r\n").getBytes(US_ASCII));
            all.writeBytes(bytes);
            try {
                socket.getOutputStream().write(all.toByteArray());
                socket.getOutputStream().flush();
            } catch (IOException e) {
                call.cancel(); // the caller is gone
            }
        }

        @Override
        public void found(Item item) {
            ByteBuffer body =
                    ByteBuffer.allocate(Responses.foundOverhead() + item.data().length());
            Responses.putFound(body, item.data(), item.expiryMillis());
            item.release();
            answer(200, body.flip());
        }

        @Override
        public void locked() {
            answer(200, Responses.locked());
        }

        @Override
        public void absent() {
            answer(200, Responses.absent());
        }

        @Override
        public void failed(Failure failure) {
            switch (failure.reason()) {
                case TOO_LARGE -> answer(413, Responses.error(ErrorCode.TOO_LARGE, "x"));
                case REFUSED -> answer(403, Responses.error(ErrorCode.REFUSED_TOKEN, "x"));
                case NO_ROOM -> answer(503, Responses.error(ErrorCode.NO_ROOM, "x"));
                case UNAVAILABLE -> answer(503, Responses.error(ErrorCode.UNAVAILABLE, "x"));
                case ELSEWHERE -> answer(503, Responses.error(ErrorCode.ELSEWHERE, "x"));
                case NOBODY, FAILED -> answer(503, Responses.error(ErrorCode.UNAVAILABLE, "x"));
                case BAD_NAMESPACE -> answer(400, Responses.error(ErrorCode.BAD_NAMESPACE, "x"));
            }
        }
    }

    /** A part of the answer for several keys. */
    private static final class Found implements GetReply {
        private final LookUps answer;
        private boolean answered;

        Found(LookUps answer) {
            this.answer = answer;
        }

        @Override
        public void found(Item item) {
            answered = answer.found(item.data(), item.expiryMillis());
            item.release();
        }

        @Override
        public void locked() {
            answered = false;
        }

        @Override
        public void absent() {
            answer.absent();
            answered = true;
        }

        @Override
        public void failed(Failure failure) {
            answered = false;
        }
    }
}
