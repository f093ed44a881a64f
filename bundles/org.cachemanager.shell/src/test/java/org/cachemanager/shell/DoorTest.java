package org.cachemanager.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.felix.service.command.Process;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class DoorTest {

    /** Tasks that never pause starve one another in a pool. */
    private static final Executor EACH_ON_ITS_OWN = task -> new Thread(task, "door-test").start();

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final ThreadIOImpl threadIo = new ThreadIOImpl();
    private final Blocker blocker = new Blocker();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path base;
    private CommandProcessorImpl processor;
    private Door door;

    /** A command that waits for ever, one that returns an object, one that prints a lot. */
    public static final class Blocker {

        private final CountDownLatch entered = new CountDownLatch(1);

        public void block() throws InterruptedException {
            entered.countDown();
            new CountDownLatch(1).await();
        }

        public List<String> pair() {
            return List.of("one", "two");
        }

        public void flood() {
            while (!Thread.currentThread().isInterrupted()) {
                Process.Utils.current().out().println("0123456789");
            }
        }

        public String much() {
            return "0123456789".repeat(300_000);
        }
    }

    @Before
    public void open() throws IOException {
        threadIo.start();
        base = folder.newFolder("base").toPath();
        processor = new CommandProcessorImpl(threadIo);
        door = door(base);
    }

    private Door door(Path directory) {
        Node node = new Node();
        FakeAdmin admin = new FakeAdmin();
        node.bindCache(new FakeCache());
        node.bindAdmin(admin);
        node.bindFeatures(admin);
        CacheCommands commands = new CacheCommands(node);
        for (String label : CommandSpec.labels()) {
            processor.addCommand(CacheCommands.SCOPE, commands, label);
        }
        for (String name : List.of("block", "pair", "much", "flood")) {
            processor.addCommand("test", blocker, name);
        }
        Door opened = new Door(directory, processor, new Completion(node, commands));
        opened.open();
        return opened;
    }

    @After
    public void close() {
        door.close();
        processor.stop();
        threadIo.stop();
    }

    private int execute(String line) throws IOException {
        try (DoorClient client = DoorClient.connect(base)) {
            return client.execute(line, out, err);
        }
    }

    @Test
    public void execute_succeeds_printsAndIsZero() throws Exception {
        assertThat(execute("cache:set ns k '☠ {x}'; cache:get ns k")).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo("Stored, 7 bytes of data, for 900 s.\n☠ {x}\n");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    public void execute_fails_messageOnErrAndNotZero() throws Exception {
        assertThat(execute("cache:get ns nothing")).isEqualTo(1);
        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8)).isEqualTo("No such item: it was never set, has expired, or was evicted.\n");
    }

    @Test
    public void execute_failsBeforeTheEnd_isNotZero() throws Exception {
        assertThat(execute("cache:get ns nothing; cache:status")).isEqualTo(1);
        assertThat(execute("cache:status | nosuch")).isEqualTo(1);
    }

    @Test
    public void execute_unknownCommand_offersTheNearest() throws Exception {
        assertThat(execute("cache:flsh")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("Did you mean \"cache:flush\"?");
    }

    @Test
    public void execute_wrongSyntax_fails() throws Exception {
        assertThat(execute("cache:status 'open")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).isNotBlank();
    }

    @Test
    public void execute_returnedValue_isPrinted() throws Exception {
        assertThat(execute("test:pair")).isZero();
        assertThat(out.toString(UTF_8)).contains("one").contains("two");
    }

    @Test
    public void execute_severalLines_shareASession() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            assertThat(client.execute("x = hello", out, err)).isZero();
            assertThat(client.execute("cache:set ns k $x", out, err)).isZero();
            out.reset();
            assertThat(client.execute("get ns k", out, err)).isZero();
        }
        assertThat(out.toString(UTF_8)).isEqualTo("hello\n");
    }

    @Test
    public void execute_muchOutput_arrivesWhole() throws Exception {
        assertThat(execute("test:much")).isZero();
        assertThat(out.size()).isEqualTo(3_000_001);
    }

    @Test
    public void interrupt_commandEnds_sessionStays() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.execute("test:block", out, err);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(blocker.entered.await(10, TimeUnit.SECONDS)).isTrue();
            client.interrupt();
            assertThat(status.get(10, TimeUnit.SECONDS)).isNotZero();
            assertThat(client.execute("cache:status", out, err)).isZero();
        }
    }

    @Test
    public void interrupt_asItPrints_variablesAndOutputStay() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            assertThat(client.execute("x = hello", out, err)).isZero();
            OutputStream interrupting = new OutputStream() {
                private boolean done;

                @Override
                public void write(int b) throws IOException {
                    if (!done) {
                        done = true;
                        client.interrupt();
                    }
                }
            };
            assertThat(client.execute("test:flood", interrupting, err)).isNotZero();
            assertThat(client.execute("cache:set ns k $x; cache:get ns k", out, err))
                    .isZero();
        }
        assertThat(out.toString(UTF_8)).endsWith("\nhello\n");
    }

    @Test
    public void interrupt_asCommandsEnd_eachIsStillDone() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> interrupter = CompletableFuture.runAsync(
                    () -> {
                        while (!over.get()) {
                            try {
                                client.interrupt();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    },
                    EACH_ON_ITS_OWN);
            CompletableFuture<Void> all = CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 500; i++) {
                            try {
                                client.execute("test:pair", out, err);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        }
                    },
                    EACH_ON_ITS_OWN);
            try {
                all.get(60, TimeUnit.SECONDS);
            } finally {
                over.set(true);
                interrupter.get(10, TimeUnit.SECONDS);
            }
            assertThat(words(client, "cache:sta"))
                    .as("the last interruption is through")
                    .isNotEmpty();
            assertThat(client.execute("cache:status", out, err)).isZero();
        }
    }

    @Test
    public void accept_failsForAWhile_takesTheNext() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        CompletableFuture<SocketChannel> inside = new CompletableFuture<>();
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.accept(
                    () -> switch (tries.incrementAndGet()) {
                        case 1 -> throw new IOException("Too many open files");
                        case 2 -> client;
                        default -> throw new ClosedChannelException();
                    },
                    inside::complete);
            assertThat(inside.get(10, TimeUnit.SECONDS)).isSameAs(client);
        }
    }

    @Test
    public void complete_commandsSeamsImplementationsAndOptions() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            assertThat(words(client, "cache:st")).containsExactly("cache:stats", "cache:status");
            assertThat(words(client, "sta")).containsExactly("stats", "status");
            assertThat(words(client, "test:")).containsExactly("test:block", "test:flood", "test:much", "test:pair");
            assertThat(words(client, "cache:use ")).contains("storage", "eviction", "encryption", "--timeout");
            assertThat(words(client, "cache:status; cache:use eviction l")).containsExactly("lru");
            assertThat(words(client, "feature:install ev")).containsExactly("eviction-lru", "eviction-broken");
        }
    }

    private static List<String> words(DoorClient client, String line) throws IOException {
        return client.complete(line).stream().map(DoorClient.Candidate::word).toList();
    }

    @Test
    public void open_socketIsForItsOwnerOnly_nothingElseIsLeft() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(base.resolve("shell.sock"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(base)) {
            assertThat(files).containsExactly(base.resolve("shell.sock"));
        }
    }

    @Test
    public void close_removesTheSocketAndEndsSessions() throws Exception {
        try (DoorClient client = DoorClient.connect(base)) {
            door.close();
            assertThatThrownBy(() -> client.execute("cache:status", out, err)).isInstanceOf(IOException.class);
        }
        assertThat(base.resolve("shell.sock")).doesNotExist();
        assertThatThrownBy(() -> DoorClient.connect(base)).isInstanceOf(IOException.class);
    }

    @Test
    public void open_staleSocket_isReplaced() throws Exception {
        door.close();
        try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(base.resolve("shell.sock")));
        }
        door = door(base);
        assertThat(execute("cache:status")).isZero();
    }

    @Test
    public void open_anotherNodeListens_leavesItAlone() throws Exception {
        Door second = door(base);
        second.close();
        assertThat(execute("cache:status")).isZero();
    }

    @Test
    public void open_somethingElseInItsPlace_leavesItAlone() throws Exception {
        Path other = folder.newFolder("other").toPath();
        Files.writeString(other.resolve("shell.sock"), "precious");
        door(other).close();
        assertThat(other.resolve("shell.sock")).hasContent("precious");
    }

    @Test
    public void open_longPath_isReachedByALink() throws Exception {
        Path deep = folder.newFolder("d".repeat(100)).toPath();
        Door far = door(deep);
        Path socket = Files.readSymbolicLink(deep.resolve("shell.sock"));
        try (DoorClient client = DoorClient.connect(deep)) {
            assertThat(client.execute("cache:status", out, err)).isZero();
        } finally {
            far.close();
        }
        assertThat(deep).isEmptyDirectory();
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    public void connect_tooManySessions_isRefused() throws Exception {
        List<DoorClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < Door.MOST_SESSIONS; i++) {
                clients.add(DoorClient.connect(base));
            }
            assertThatThrownBy(() -> DoorClient.connect(base))
                    .isInstanceOf(DoorClient.RefusedException.class)
                    .hasMessageContaining("16");
        } finally {
            for (DoorClient client : clients) {
                client.close();
            }
        }
    }
}
