package org.cachemanager.host.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.cachemanager.api.host.Identity;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;

/** This node's ref, kept in the file {@code ref} of its base directory. */
@Component(service = Identity.class, immediate = true)
public final class NodeIdentity implements Identity {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.host");

    /** More than the text of a ref takes; what is longer is not read to its end. */
    private static final int MOST_BYTES = 256;

    /** The full form of a UUID; {@link UUID#fromString} takes shorter ones for one, such as half a file. */
    private static final Pattern REF = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final UUID ref;

    @Activate
    public NodeIdentity(BundleContext context) {
        this(base(context));
    }

    NodeIdentity(Path base) {
        try {
            ref = kept(base);
        } catch (IOException e) {
            String message = "The ref of this node can't be kept in " + base + "; make the directory writable.";
            LOG.error(MarkerFactory.getMarker("CRITICAL"), message, e);
            throw new UncheckedIOException(message, e);
        } catch (IllegalStateException e) {
            LOG.error(MarkerFactory.getMarker("CRITICAL"), e.getMessage());
            throw e;
        }
    }

    private static Path base(BundleContext context) {
        String base = context.getProperty("cachemanager.base");
        return base == null ? context.getDataFile("").toPath() : Path.of(base);
    }

    private static UUID kept(Path base) throws IOException {
        Files.createDirectories(base);
        Path file = base.resolve("ref");
        if (!Files.exists(file)) {
            create(file);
        }
        return read(file);
    }

    private static UUID read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES);
        }
        String text = new String(bytes, StandardCharsets.UTF_8).trim().toLowerCase(Locale.ROOT);
        if (!REF.matcher(text).matches()) {
            throw new IllegalStateException(
                    file + " holds no ref; put the right one back, or delete it to give this node a new one.");
        }
        return UUID.fromString(text);
    }

    /** Writes a file beside it and renames that, so that no crash leaves half a ref; one made meanwhile stays. */
    private static void create(Path file) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), "ref", ".new");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer text = StandardCharsets.US_ASCII.encode(UUID.randomUUID() + System.lineSeparator());
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
            Files.move(fresh, file);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("Another process has given this node its ref.", e);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Override
    public UUID ref() {
        return ref;
    }
}
