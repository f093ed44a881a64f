package org.cachemanager.shell;

/** A command did not do what was asked; the message says why and what to do next. */
public final class CommandFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message one or more lines for the person who typed the command */
    public CommandFailedException(String message) {
        super(message, null, false, false);
    }
}
