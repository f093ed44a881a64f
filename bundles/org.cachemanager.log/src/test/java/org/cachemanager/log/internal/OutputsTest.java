package org.cachemanager.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.cachemanager.log.internal.Outputs.Options;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.slf4j.MarkerFactory;

public final class OutputsTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> before = new ListAppender<>();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    @Before
    public void capture() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        before.start();
        root().addAppender(before);
        root().setLevel(Level.ERROR);
    }

    @After
    public void release() {
        context.stop();
    }

    private Logger root() {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private Path file() {
        return folder.getRoot().toPath().resolve("a 100% (odd) base/log/cachemanager.log");
    }

    private Outputs open(Severity least, long maxFileSize, int files) {
        return new Outputs(context, new Options("", least, file(), maxFileSize, files), stderr);
    }

    private List<String> errLines() {
        return stderr.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    public void open_writesToStandardErrorAndTheFile() throws IOException {
        try (Outputs outputs = open(Severity.INFO, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isTrue();
            context.getLogger("cachemanager.core").info("Ours");
            context.getLogger("cachemanager.core").debug("too little");
            context.getLogger("org.eclipse.jetty").info("too little");
            context.getLogger("org.eclipse.jetty").warn("Theirs");
        }

        assertThat(errLines())
                .containsExactly(
                        "cachemanager.core : [INFO] Ours", "cachemanager.org.eclipse.jetty : [WARNING] Theirs");
        assertThat(Files.readAllLines(file()))
                .hasSize(2)
                .first()
                .asString()
                .matches("[A-Z][a-z]{2} [ 0-9]{2} \\d\\d:\\d\\d:\\d\\d \\S+ cachemanager: cachemanager.core : "
                        + "\\[INFO\\] Ours");
        assertThat(before.list).isEmpty();
    }

    @Test
    public void open_leastNotice_leavesOutInfo() {
        try (Outputs outputs = open(Severity.NOTICE, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isTrue();
            context.getLogger("cachemanager").info("too little");
            context.getLogger("cachemanager").info(MarkerFactory.getMarker("NOTICE"), "enough");
        }

        assertThat(errLines()).containsExactly("cachemanager : [NOTICE] enough");
    }

    @Test
    public void open_leastCritical_leavesOutErrorsOfAll() {
        try (Outputs outputs = open(Severity.CRITICAL, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isTrue();
            context.getLogger("cachemanager").error("too little");
            context.getLogger("other").error("too little");
            context.getLogger("cachemanager").error(MarkerFactory.getMarker("CRITICAL"), "enough");
        }

        assertThat(errLines()).containsExactly("cachemanager : [CRITICAL] enough");
    }

    @Test
    public void open_eventWithoutContext_isWrittenToBoth() throws IOException {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName("org.cachemanager.core");
        event.setLevel(Level.ERROR);
        event.setMessage("made as felix.logback does");
        try (Outputs outputs = open(Severity.INFO, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isTrue();
            root().callAppenders(event);
        }

        assertThat(errLines())
                .containsExactly("cachemanager.org.cachemanager.core : [ERROR] made as felix.logback does");
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    public void close_putsBackWhatWasThere() {
        open(Severity.DEBUG, 1 << 20, 1).close();

        context.getLogger("cachemanager").warn("too little");
        context.getLogger("cachemanager").error("as before");
        assertThat(errLines()).isEmpty();
        assertThat(before.list).extracting(ILoggingEvent::getMessage).containsExactly("as before");
        assertThat(context.getLogger("cachemanager").getLevel()).isNull();
        assertThat(root().getLevel()).isEqualTo(Level.ERROR);
    }

    @Test
    public void open_again_writesOnToTheSameFile() throws IOException {
        open(Severity.INFO, 1 << 20, 1).close();
        try (Outputs outputs = open(Severity.INFO, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isTrue();
            context.getLogger("cachemanager").info("again");
        }

        assertThat(Files.readString(file())).endsWith("cachemanager : [INFO] again\n");
    }

    @Test
    public void open_fileThatCantBeWritten_writesToStandardErrorAlone() throws IOException {
        Files.createDirectories(file());
        try (Outputs outputs = open(Severity.INFO, 1 << 20, 1)) {
            assertThat(outputs.writesFile()).isFalse();
            context.getLogger("cachemanager").info("heard");
        }

        assertThat(errLines()).containsExactly("cachemanager : [INFO] heard");
    }

    @Test
    public void open_fullFile_isRotated() {
        try (Outputs outputs = open(Severity.INFO, 1024, 2)) {
            assertThat(outputs.writesFile()).isTrue();
            Awaitility.await().untilAsserted(() -> {
                context.getLogger("cachemanager").info("x".repeat(500));
                assertThat(file().resolveSibling("cachemanager.log.2")).exists();
            });
        }

        assertThat(file().resolveSibling("cachemanager.log.3")).doesNotExist();
    }

    @Test
    public void rotate_keepsSoManyFiles() throws IOException {
        NumberedFiles files =
                new NumberedFiles(Files.createDirectories(file().getParent()).resolve("a"), 2);
        for (String text : List.of("1", "2", "3", "4")) {
            Files.writeString(Path.of(files.getActiveFileName()), text);
            files.rollover();
        }

        try (Stream<Path> found = Files.list(file().getParent())) {
            assertThat(found.sorted().map(path -> path.getFileName().toString()))
                    .containsExactly("a.1", "a.2");
        }
        assertThat(file().resolveSibling("a.1")).hasContent("4");
        assertThat(file().resolveSibling("a.2")).hasContent("3");
    }
}
