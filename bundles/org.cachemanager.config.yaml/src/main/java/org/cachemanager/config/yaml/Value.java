package org.cachemanager.config.yaml;

import java.util.List;
import java.util.Locale;

/**
 * The text given for a setting, and where. Its methods read it as what the setting wants; when it is not that, they
 * report it and return something harmless, so that the rest is still checked.
 */
record Value(String path, String text, Origin origin, Findings findings) {

    private static final int MAX_PORT = 65_535;

    boolean given() {
        return origin.source() != Origin.Source.DEFAULT;
    }

    void fault(String message) {
        findings.fault(origin, path, message);
    }

    /** Reports that the text is not what it should be: {@code "1TBB" is not a size (use …)}. */
    void refuse(String message) {
        fault(Findings.quoted(text) + ' ' + message);
    }

    long size() {
        Long bytes = Amounts.size(text);
        if (bytes == null) {
            refuse("is not a size (use e.g. 512MB, 1GB, 0B)");
            return 0;
        }
        return bytes;
    }

    boolean bool() {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> {
                refuse("is neither true nor false");
                yield false;
            }
        };
    }

    int integer(int least, int most) {
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        refuse("is not a number from " + least + " to " + most);
        return least;
    }

    int port(int least) {
        if (text.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= least && port <= MAX_PORT) {
                return port;
            }
        }
        refuse("is not a port (use " + least + " to " + MAX_PORT + (least == 0 ? "; 0 takes any that is free)" : ")"));
        return least;
    }

    /** An address or a host name, without the brackets that an IPv6 address may come in. */
    String host() {
        String host = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!Hosts.valid(host)) {
            refuse("is not an address (use e.g. 127.0.0.1, 0.0.0.0, ::1, node1.example.com)");
        }
        return host;
    }

    /** One of some words, in any case. */
    String word(List<String> words) {
        String word = text.toUpperCase(Locale.ROOT);
        if (!words.contains(word)) {
            refuse("is not one of " + String.join(", ", words));
        }
        return word;
    }

    /** The name of an implementation; the text is not shown where it may be a secret in the wrong place. */
    String name(boolean shown) {
        if (!text.matches("[a-z][a-z0-9_-]{0,62}")) {
            fault((shown ? Findings.quoted(text) + ' ' : "") + "is not a name (use small letters, digits, - and _)");
        }
        return text;
    }
}
