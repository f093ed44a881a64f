package org.cachemanager.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Many connections that one thread speaks and listens on. */
final class Crowd implements AutoCloseable {

    private final Selector selector = Selector.open();
    private final List<SocketChannel> members = new ArrayList<>();
    private final ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);

    /** What a member heard. */
    record Answer(int member, String text, long nanos) {

        boolean says(String word) {
            return text.contains(word);
        }
    }

    Crowd(InetSocketAddress address, int size) throws IOException {
        for (int i = 0; i < size; i++) {
            SocketChannel member = SocketChannel.open(address);
            member.configureBlocking(false);
            member.register(selector, SelectionKey.OP_READ, i);
            members.add(member);
        }
    }

    int size() {
        return members.size();
    }

    static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: node\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n"
                + body;
    }

    static String get(String key, int maxWaitSeconds) {
        return post(
                "/get_data", "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"max_wait_time\":" + maxWaitSeconds + "}");
    }

    static String set(String key, String data) {
        return post(
                "/set_data", "{\"namespace\":\"ns\",\"key\":\"" + key + "\",\"data\":\"" + data + "\",\"ttl\":600}");
    }

    /** Has every member say something, which must be short enough for its socket. */
    void say(IntFunction<String> words) throws IOException {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).write(ByteBuffer.wrap(words.apply(i).getBytes(UTF_8)));
        }
    }

    /** Says the same for all whose connection still stands; returns how many do. */
    int drip(String text) {
        return (int) members.stream().filter(member -> says(member, text)).count();
    }

    private static boolean says(SocketChannel member, String text) {
        try {
            return member.write(ByteBuffer.wrap(text.getBytes(UTF_8))) >= 0;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Listens until so many have heard something, each an answer that fits in one packet, or the time is over. */
    List<Answer> hear(int many, Duration patience) throws IOException {
        List<Answer> heard = new ArrayList<>();
        long until = System.nanoTime() + patience.toNanos();
        while (heard.size() < many && System.nanoTime() < until) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                bytes.clear();
                int count = ((SocketChannel) key.channel()).read(bytes);
                int member = (Integer) key.attachment();
                String text = count < 0 ? "closed" : new String(bytes.array(), 0, count, ISO_8859_1);
                heard.add(new Answer(member, text, System.nanoTime()));
                if (count < 0) {
                    key.cancel();
                }
            }
            selector.selectedKeys().clear();
        }
        return heard;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel member : members) {
            member.close();
        }
        selector.close();
    }
}
