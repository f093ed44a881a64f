package org.cachemanager.config.yaml;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be said of an address or a host name without asking anybody. */
final class Hosts {

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\\.?");
    private static final Pattern DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 =
            Pattern.compile("(BYTE\\.){3}BYTE".replace("BYTE", "(25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"));
    private static final Pattern IPV6 =
            Pattern.compile("(?=[0-9A-Fa-f:])[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?");

    private Hosts() {}

    static boolean valid(String host) {
        if (host.length() > 253) {
            return false;
        }
        return literal(host) != null
                || (NAME.matcher(host).matches() && !DIGITS.matcher(host).matches());
    }

    /** Whether only this machine can reach it; a name other than {@code localhost} counts as open. */
    static boolean loopback(String host) {
        InetAddress address = literal(host);
        return address == null ? "localhost".equalsIgnoreCase(host) : address.isLoopbackAddress();
    }

    /** Whether it stands for every address of the machine. */
    static boolean wildcard(String host) {
        InetAddress address = literal(host);
        return address != null && address.isAnyLocalAddress();
    }

    private static @Nullable InetAddress literal(String host) {
        if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            return null;
        }
        int zone = host.indexOf('%');
        try {
            return InetAddress.getByName(zone < 0 ? host : host.substring(0, zone));
        } catch (UnknownHostException notALiteral) {
            return null;
        }
    }
}
