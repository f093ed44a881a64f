package org.cachemanager.launcher;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory of one node, held by a lock as long as the process lives; the pid in it is the holder's. */
final class BaseDirectory implements Closeable {

    private final Path directory;
    private final FileChannel lock;

    private BaseDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Creates the directory if need be and takes hold of it.
     *
     * @throws LaunchException if another node has it, or it can't be written to
     */
    static BaseDirectory take(Path directory) throws LaunchException {
        try {
            Files.createDirectories(directory);
            FileChannel lock =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!held(lock)) {
                lock.close();
                throw new LaunchException("Another node runs on " + directory + pid(directory)
                        + ". Stop it with bin/cachemanager stop, or give this one a directory of its own with --base");
            }
            BaseDirectory base = new BaseDirectory(directory, lock);
            base.forget();
            makePrivate(base.deploy());
            Files.writeString(base.pidFile(), ProcessHandle.current().pid() + "\n");
            return base;
        } catch (IOException e) {
            throw new LaunchException(
                    "The directory of the node, " + directory + ", can't be used: " + e
                            + ". Make it writable for this user, or name another with --base",
                    e);
        }
    }

    /** Where bundles are put to be installed; what is there runs in this process, so nobody else may write to it. */
    Path deploy() {
        return directory.resolve("deploy");
    }

    Path osgiCache() {
        return directory.resolve("osgi-cache");
    }

    private static void makePrivate(Path deploy) throws IOException {
        if (Files.exists(deploy)) {
            return;
        }
        if (deploy.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectory(
                    deploy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectory(deploy);
        }
    }

    /** Leaves word for the script that the node answers, and where. */
    void ready(String urls) throws LaunchException {
        try {
            Path partial = directory.resolve("cachemanager.ready.new");
            Files.writeString(partial, urls + "\n");
            Files.move(partial, readyFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LaunchException(directory + " can't be written to: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        forget();
        lock.close();
    }

    private void forget() throws IOException {
        Files.deleteIfExists(readyFile());
        Files.deleteIfExists(pidFile());
    }

    private Path pidFile() {
        return directory.resolve("cachemanager.pid");
    }

    private Path readyFile() {
        return directory.resolve("cachemanager.ready");
    }

    private static boolean held(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // another node in this process
            return false;
        }
    }

    private static String pid(Path directory) {
        try {
            return " (process "
                    + Files.readString(directory.resolve("cachemanager.pid")).trim() + ')';
        } catch (IOException e) {
            return "";
        }
    }
}
