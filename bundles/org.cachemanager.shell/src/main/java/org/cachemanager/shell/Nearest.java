package org.cachemanager.shell;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that somebody who mistyped one most likely meant. */
public final class Nearest {

    private Nearest() {}

    /**
     * The name nearest to a mistyped one.
     *
     * @return empty when none is near: more than a third of the letters would have to change
     */
    public static Optional<String> of(String typed, Collection<String> names) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        String best = null;
        int least = Math.max(2, wanted.length() / 3) + 1;
        for (String name : names) {
            int distance = name.startsWith(wanted) && wanted.length() > 1 ? 1 : distance(wanted, name);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return Optional.ofNullable(best);
    }

    /** A question to put behind a message, such as {@code Did you mean "lru"?}; empty when no name is near. */
    public static String question(String typed, Collection<String> names) {
        return of(typed, names).map(name -> " Did you mean \"" + name + "\"?").orElse("");
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
