package org.cachemanager.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One thread that keeps many connections busy with one request, each sent again as soon as its answer is whole. Every
 * answer has the length of the first.
 */
final class Load {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InetSocketAddress server;
    private final byte[] request;
    private final int answerBytes;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);

    /** Sends the request once, checks the answer's status, and takes its length as that of all. */
    Load(InetSocketAddress server, byte[] request) throws IOException {
        this.server = server;
        this.request = request;
        this.answerBytes = probe();
    }

    /**
     * What a run gave.
     *
     * @param calls answers in all
     * @param perSecond answers a second
     * @param p50Micros half of the answers came within
     * @param p99Micros 99 of 100 did
     */
    record Result(int calls, double perSecond, double p50Micros, double p99Micros) {}

    private int probe() throws IOException {
        try (SocketChannel channel = SocketChannel.open(server)) {
            channel.write(ByteBuffer.wrap(request));
            StringBuilder text = new StringBuilder();
            int end = -1;
            while (end < 0) {
                incoming.clear();
                if (channel.read(incoming) < 0) {
                    throw new IOException("The server closed the connection: " + text);
                }
                incoming.flip();
                text.append(StandardCharsets.ISO_8859_1.decode(incoming));
                end = whole(text);
            }
            if (!text.toString().startsWith("HTTP/1.1 200")) {
                throw new IOException(text.toString());
            }
            return end;
        }
    }

    private static int whole(CharSequence text) {
        String answer = text.toString();
        int head = answer.indexOf("\r\n\r\n");
        int at = answer.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (head < 0 || at < 0) {
            return -1;
        }
        int length = Integer.parseInt(answer.substring(at + 16, answer.indexOf('\r', at)));
        int end = head + 4 + length;
        return answer.length() >= end ? end : -1;
    }

    /** A connection and what is left of its answer. */
    private static final class Connection {
        private final SocketChannel channel;
        private int left;
        private long sentNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    Result run(int connections, double seconds) throws IOException {
        long[] latencies = new long[1 << 22];
        int count = 0;
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(server);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel);
                channel.register(selector, SelectionKey.OP_READ, connection);
                send(connection);
            }
            long begun = System.nanoTime();
            long end = begun + (long) (seconds * 1e9);
            while (System.nanoTime() < end && count < latencies.length - connections) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    Connection connection = (Connection) key.attachment();
                    if (receive(connection)) {
                        latencies[count++] = System.nanoTime() - connection.sentNanos;
                        send(connection);
                    }
                }
                selector.selectedKeys().clear();
            }
            double elapsed = (System.nanoTime() - begun) / 1e9;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            Arrays.sort(latencies, 0, count);
            return new Result(count, count / elapsed, latencies[count / 2] / 1e3, latencies[count * 99 / 100] / 1e3);
        }
    }

    private void send(Connection connection) throws IOException {
        connection.left = answerBytes;
        connection.sentNanos = System.nanoTime();
        if (connection.channel.write(ByteBuffer.wrap(request)) != request.length) {
            throw new IOException("A request did not fit the socket's buffer.");
        }
    }

    private boolean receive(Connection connection) throws IOException {
        incoming.clear();
        int read = connection.channel.read(incoming);
        if (read < 0) {
            throw new IOException("The server closed a connection.");
        }
        connection.left -= read;
        if (connection.left < 0) {
            throw new IOException("An answer was longer than the first.");
        }
        return connection.left == 0;
    }
}
