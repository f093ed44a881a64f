package org.cachemanager.cli;

/** A command ends without having done what was asked; the message says what to do. */
final class ExitException extends Exception {

    /** The command failed, or what was asked for is not there. */
    static final int FAILED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** No node runs there. */
    static final int NO_NODE = 3;

    /** The configuration can't be used: EX_CONFIG of sysexits.h. */
    static final int CONFIG = 78;

    private static final long serialVersionUID = 1L;

    private final int status;

    ExitException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
