package org.cachemanager.cli.replay;

import java.io.Flushable;
import java.io.IOException;
import java.util.Locale;

/** Tells how far a replay is: a bar on a terminal, else a line for every tenth. One thread. */
final class Progress {

    private static final int BAR_CELLS = 40;
    private static final String BEGIN_OF_LINE = "\r";
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Appendable out;
    private final boolean terminal;
    private final long begun = System.nanoTime();
    private int tenths;

    Progress(Appendable out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Prints how far it is, when there is something new to say. */
    void tick(double share, long requests, long failed) throws IOException {
        double perSecond = requests * 1e9 / Math.max(1, System.nanoTime() - begun);
        String text = String.format(
                Locale.ROOT,
                "%3.0f %%  %,d requests, %,.0f a second%s",
                100 * share,
                requests,
                perSecond,
                failed == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", failed));
        if (terminal) {
            int full = (int) (share * BAR_CELLS);
            print(BEGIN_OF_LINE + '[' + "#".repeat(full) + ".".repeat(BAR_CELLS - full) + "] " + text);
        } else if ((int) (share * 10) > tenths) {
            tenths = (int) (share * 10);
            print(text + System.lineSeparator());
        }
    }

    /** Removes the bar. */
    void end() throws IOException {
        if (terminal) {
            print(CLEAR_LINE);
        }
    }

    private void print(String text) throws IOException {
        out.append(text);
        if (out instanceof Flushable stream) {
            stream.flush();
        }
    }
}
