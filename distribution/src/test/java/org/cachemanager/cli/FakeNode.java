package org.cachemanager.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.cachemanager.api.Data;
import org.cachemanager.protocol.ErrorCode;
import org.cachemanager.protocol.GetRequest;
import org.cachemanager.protocol.ProtocolException;
import org.cachemanager.protocol.Requests;
import org.cachemanager.protocol.Responses;
import org.cachemanager.protocol.SetRequest;
import org.cachemanager.protocol.Text;

/** A small node over HTTP, with locks that never lapse, and faults on demand. */
public final class FakeNode implements AutoCloseable {

    private final Map<String, byte[]> items = new HashMap<>();
    private final Set<String> locks = new HashSet<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private boolean givesEveryLock;
    private boolean mixesUp;
    private String refusedKey = "";
    private String lastNamespace = "";

    public FakeNode() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/get_data", exchange -> answer(exchange, this::get));
        server.createContext("/set_data", exchange -> answer(exchange, this::set));
        server.start();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    public String url() {
        return "http://127.0.0.1:" + address().getPort();
    }

    /** From now on every caller is given the lock. */
    public synchronized void giveEveryLock() {
        givesEveryLock = true;
    }

    /** From now on every hit is another key's data. */
    public synchronized void mixUp() {
        mixesUp = true;
    }

    /** From now on calls for this key are refused. */
    public synchronized void refuse(String key) {
        refusedKey = key;
    }

    public synchronized String lastNamespace() {
        return lastNamespace;
    }

    /** What answers a body. */
    private interface Handler {
        ByteBuffer answer(byte[] body) throws ProtocolException, InterruptedException;
    }

    private void answer(HttpExchange exchange, Handler handler) {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            ByteBuffer answer = handler.answer(body);
            byte[] bytes = new byte[answer.remaining()];
            answer.get(bytes);
            boolean refused = new String(bytes, StandardCharsets.UTF_8).startsWith("{\"error\"");
            exchange.getResponseHeaders().add("Connection", "close");
            exchange.sendResponseHeaders(refused ? 413 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ProtocolException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String string(Text text) {
        return new String(text.toByteArray(), StandardCharsets.UTF_8);
    }

    private synchronized ByteBuffer get(byte[] body) throws ProtocolException, InterruptedException {
        GetRequest request = Requests.get(body, 0, body.length);
        String key = string(request.key());
        lastNamespace = string(request.namespace());
        if (key.equals(refusedKey)) {
            return Responses.error(ErrorCode.TOO_LARGE, "Refused for a test.");
        }
        long deadline = System.nanoTime() + request.maxWait().toNanos();
        while (!items.containsKey(key) && locks.contains(key) && !givesEveryLock) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return Responses.absent();
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        if (givesEveryLock || !items.containsKey(key)) {
            return request.maxWait().isZero() || (!givesEveryLock && !locks.add(key))
                    ? Responses.absent()
                    : Responses.locked();
        }
        Data data = Data.of(mixesUp ? new byte[] {'?'} : items.get(key));
        ByteBuffer answer = ByteBuffer.allocate(Responses.foundOverhead() + data.length());
        Responses.putFound(answer, data, 1_795_300_000_000L);
        return answer.flip();
    }

    private synchronized ByteBuffer set(byte[] body) throws ProtocolException {
        SetRequest request = Requests.set(body, 0, body.length);
        String key = string(request.key());
        items.put(key, request.data().toByteArray());
        locks.remove(key);
        notifyAll();
        return Responses.stored();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
