package org.cachemanager.host.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.cachemanager.api.host.Identity;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** This node's ref, kept in the file {@code ref} of its base directory. */
@Component(service = Identity.class)
public final class NodeIdentity implements Identity {

    private final UUID ref;

    @Activate
    public NodeIdentity(BundleContext context) {
        this(base(context));
    }

    NodeIdentity(Path base) {
        try {
            Files.createDirectories(base);
            Path file = base.resolve("ref");
            ref = Files.exists(file) ? read(file) : create(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The ref of this node can't be kept in " + base + "; make the directory writable.", e);
        }
    }

    private static Path base(BundleContext context) {
        String base = context.getProperty("cachemanager.base");
        return base == null ? context.getDataFile("").toPath() : Path.of(base);
    }

    private static UUID read(Path file) throws IOException {
        String text = Files.readString(file).trim();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    file + " holds no ref; put the right one back, or delete it to give this node a new one.", e);
        }
    }

    private static UUID create(Path file) throws IOException {
        UUID ref = UUID.randomUUID();
        Path fresh = Files.createTempFile(file.getParent(), "ref", ".new");
        Files.writeString(fresh, ref + System.lineSeparator());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return ref;
    }

    @Override
    public UUID ref() {
        return ref;
    }
}
