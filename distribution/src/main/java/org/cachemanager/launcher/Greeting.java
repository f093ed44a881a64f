package org.cachemanager.launcher;

import java.nio.file.Path;
import java.util.List;

/** Tells whoever started a node in the foreground where it listens and what to try next. */
final class Greeting {

    private Greeting() {}

    static List<String> lines(String url, Path home, boolean encrypted) {
        String script = quoted(nearest(home.resolve("bin/cachemanager")));
        String namespace = encrypted ? "'$(" + script + " token demo)'" : "demo";
        String body = " -d '{\"namespace\": \"" + namespace + "\", \"key\": \"greeting\"";
        return List.of(
                "",
                "Cache Manager listens on " + url + "; Ctrl-C stops it. Try in another terminal:",
                "",
                "  curl" + body + ", \"data\": \"hello\", \"ttl\": 900}' " + url + "/set_data",
                "  curl" + body + "}' " + url + "/get_data",
                "  curl " + url + "/status",
                "  " + script + " console",
                "");
    }

    /** As short as it can be typed from here. */
    private static Path nearest(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) && !path.equals(here) ? here.relativize(path) : path;
    }

    private static String quoted(Path path) {
        String text = path.toString();
        return text.contains(" ") ? '\'' + text + '\'' : text;
    }
}
