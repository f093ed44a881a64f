package org.cachemanager.shell;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The Unix domain socket {@code shell.sock} in a node's base directory.
 *
 * <p>It is bound inside a new directory that only its owner can enter, made 0600 there, and moved into place in one
 * step: at no instant can another user connect. Where the path is longer than a socket's may be, the socket stays in
 * such a directory under {@code java.io.tmpdir}, and {@code shell.sock} is a symbolic link to it, which both sides
 * read.
 */
final class DoorSocket implements AutoCloseable {

    static final String NAME = "shell.sock";

    /** The longest path that every system takes: 103 bytes on macOS, 107 on Linux. */
    private static final int MOST_PATH_BYTES = 103;

    private static final String TEMPORARY = "cachemanager-shell-";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final ServerSocketChannel server;
    private final Path path;
    private final @Nullable Path elsewhere;
    private final @Nullable Object fileKey;
    private final UserPrincipal owner;

    private DoorSocket(ServerSocketChannel server, Path path, @Nullable Path elsewhere) throws IOException {
        this.server = server;
        this.path = path;
        this.elsewhere = elsewhere;
        this.fileKey = fileKey(path);
        this.owner = Files.getOwner(path);
    }

    /**
     * Opens the socket of a node.
     *
     * @throws IOException if another node listens on it, something else is in its place, or it can't be made
     */
    static DoorSocket open(Path base) throws IOException {
        Path path = base.toAbsolutePath().resolve(NAME);
        removeStale(path);
        Path inside = path.resolveSibling(
                String.format(".%08x", ThreadLocalRandom.current().nextInt()));
        boolean fits = inside.resolve("s").toString().getBytes(StandardCharsets.UTF_8).length <= MOST_PATH_BYTES;
        Path directory =
                fits ? Files.createDirectory(inside, OWNER_ONLY) : Files.createTempDirectory(TEMPORARY, OWNER_ONLY);
        Path socket = directory.resolve("s");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            if (fits) {
                Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(directory);
            } else {
                Files.createSymbolicLink(path, socket);
            }
            return new DoorSocket(server, path, fits ? null : socket);
        } catch (IOException | RuntimeException e) {
            server.close();
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
            throw e;
        }
    }

    /** Removes what a node that was killed has left: only a socket, or our link to one, that nobody listens on. */
    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean isLink = Files.isSymbolicLink(path);
        Path socket = isLink ? Files.readSymbolicLink(path) : path;
        if (isLink ? !isTemporary(socket) : !isSocket(path)) {
            throw new FileAlreadyExistsException(path + " is not a socket of a node; move it away.");
        }
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            throw new FileAlreadyExistsException(path + " belongs to a node that runs: " + other.getRemoteAddress());
        } catch (ConnectException | NoSuchFileException e) {
            Files.deleteIfExists(path);
        } catch (SocketException e) {
            if (isLink && !Files.exists(socket)) {
                Files.deleteIfExists(path);
            } else {
                throw e;
            }
        }
        if (isLink) {
            removeTemporary(socket);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    private static boolean isTemporary(Path socket) {
        Path directory = socket.getParent();
        return directory != null
                && Objects.requireNonNull(directory.getFileName()).toString().startsWith(TEMPORARY);
    }

    private static void removeTemporary(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Waits for the next client. */
    SocketChannel accept() throws IOException {
        return server.accept();
    }

    /** Whether the process at the other end runs as the user that owns the socket. */
    boolean isOwner(SocketChannel client) throws IOException {
        return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(owner);
    }

    UserPrincipal owner() {
        return owner;
    }

    Path path() {
        return path;
    }

    /**
     * Connects to the node of a base directory.
     *
     * @throws IOException if none listens there
     */
    static SocketChannel connect(Path base) throws IOException {
        Path path = base.toAbsolutePath().resolve(NAME);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is no " + NAME + " in it");
        }
        Path socket = Files.isSymbolicLink(path) ? Files.readSymbolicLink(path) : path;
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Stops listening and removes the socket, unless another one has taken its place. */
    @Override
    public void close() throws IOException {
        server.close();
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && Objects.equals(fileKey, fileKey(path))) {
            Files.delete(path);
        }
        if (elsewhere != null) {
            removeTemporary(elsewhere);
        }
    }
}
