package org.cachemanager.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.cachemanager.protocol.tls.PemFile;

/**
 * The command {@code new-certs}: a CA, and the certificates of a node and of its plugins that it signs, as PEM files.
 * Those of the node are for servers, too, by which peers tell a node from a plugin.
 */
final class NewCerts {

    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");
    private static final int DAYS = 365;
    private static final int MOST_DAYS = 36_500;
    private static final int CA_DAYS = 3650;
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?";

    private final Console console;

    NewCerts(Console console) {
        this.console = console;
    }

    int make(CommandLine line) throws ExitException {
        Path dir = line.operands().isEmpty()
                ? line.base().resolve("tls")
                : Path.of(line.operands().get(0)).toAbsolutePath().normalize();
        Path authority = Objects.requireNonNullElse(line.file("ca"), dir);
        Set<String> hosts = hosts(line);
        int days = line.number("days", DAYS, MOST_DAYS);
        if (line.option("force") == null) {
            refuseToOverwrite(dir, authority.equals(dir));
        }
        if (!authority.equals(dir) && !Files.exists(authority.resolve("ca.key"))) {
            throw new ExitException(
                    ExitException.FAILED, "There is no CA in " + authority + ": --ca names the directory of ca.key.");
        }
        try (Keytool keytool = new Keytool()) {
            Files.createDirectories(dir);
            takeAuthority(keytool, authority, Math.max(days, CA_DAYS));
            if (!authority.equals(dir)) {
                PemWriter.certificate(
                        dir.resolve("ca.pem"),
                        PemFile.read(authority.resolve("ca.pem")).certificates().get(0));
            }
            String node = hosts.iterator().next();
            sign(keytool, dir.resolve("server"), days, "CN=" + node, "san=" + san(hosts), "eku=serverAuth");
            sign(keytool, dir.resolve("client"), days, "CN=" + node + " as a client", "eku=serverAuth,clientAuth");
            sign(keytool, dir.resolve("plugin"), days, "CN=plugins of " + node, "eku=clientAuth");
            tell(dir, hosts);
            return 0;
        } catch (IOException e) {
            throw new ExitException(ExitException.FAILED, "The certificates can't be made: " + e.getMessage());
        }
    }

    /** What the node is called: as told, else its host name; besides, what it is to itself. */
    private static Set<String> hosts(CommandLine line) throws ExitException {
        Set<String> hosts = new LinkedHashSet<>();
        String told = line.option("host");
        if (told != null) {
            hosts.addAll(List.of(told.split(",", -1)));
        } else {
            try {
                String name = InetAddress.getLocalHost().getHostName();
                if (name.matches(NAME)) {
                    hosts.add(name);
                }
            } catch (UnknownHostException e) {
                hosts.add(LOCAL.get(0)); // a machine whose name nobody knows
            }
        }
        for (String host : hosts) {
            if (!host.matches(NAME) && !isAddress(host)) {
                throw new ExitException(
                        ExitException.USAGE, "--host: \"" + host + "\" is neither a host name nor an IP address.");
            }
        }
        hosts.addAll(LOCAL);
        return hosts;
    }

    private static boolean isAddress(String host) {
        return host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    }

    private static String san(Set<String> hosts) {
        return String.join(
                ",",
                hosts.stream()
                        .map(host -> (isAddress(host) ? "ip:" : "dns:") + host)
                        .toList());
    }

    private static void refuseToOverwrite(Path dir, boolean ownAuthority) throws ExitException {
        List<String> there = new ArrayList<>();
        for (String name :
                List.of("server.pem", "server.key", "client.pem", "client.key", "plugin.pem", "plugin.key", "ca.pem")) {
            if (Files.exists(dir.resolve(name)) && !(ownAuthority && name.equals("ca.pem"))) {
                there.add(name);
            }
        }
        if (!there.isEmpty()) {
            throw new ExitException(
                    ExitException.FAILED,
                    dir + " holds " + String.join(", ", there)
                            + " already. --force replaces them, under the CA that is there.");
        }
    }

    /** The CA of the directory; where there is none, one is made. */
    private static void takeAuthority(Keytool keytool, Path dir, int days) throws IOException {
        Path certificate = dir.resolve("ca.pem");
        Path key = dir.resolve("ca.key");
        if (Files.exists(certificate) || Files.exists(key)) {
            List<X509Certificate> chain = PemFile.read(certificate).certificates();
            keytool.put("ca", PemFile.read(key).privateKey(), chain);
            return;
        }
        keytool.make(
                "ca",
                days,
                List.of("-dname", "CN=Cache Manager CA", "-ext", "bc:c", "-ext", "ku:c=keyCertSign,cRLSign"));
        PemWriter.key(key, keytool.key("ca"));
        PemWriter.certificate(certificate, keytool.certificate("ca"));
    }

    /**
     * Makes a key and its certificate. The key is written first: a node that runs takes both up when both have come.
     *
     * @param files their path without the extension
     * @param options the subject, then extensions
     */
    private static void sign(Keytool keytool, Path files, int days, String... options) throws IOException {
        String name = String.valueOf(files.getFileName());
        List<String> all = new ArrayList<>(List.of("-signer", "ca", "-dname", options[0]));
        all.addAll(List.of("-ext", "ku:c=digitalSignature"));
        for (String extension : List.of(options).subList(1, options.length)) {
            all.addAll(List.of("-ext", extension));
        }
        keytool.make(name, days, all);
        PemWriter.key(files.resolveSibling(name + ".key"), keytool.key(name));
        PemWriter.certificate(files.resolveSibling(name + ".pem"), keytool.certificate(name));
    }

    private void tell(Path dir, Set<String> hosts) throws IOException {
        X509Certificate server =
                PemFile.read(dir.resolve("server.pem")).certificates().get(0);
        console.say("Certificates for " + String.join(", ", hosts) + ", valid until "
                + server.getNotAfter().toInstant() + ", are in " + dir + ".");
        console.say("ca.key makes certificates that every node trusts: keep it to yourself, no node needs it.");
        console.say("\nSettings of the node (cachemanager.yaml):\n\nhttps_server:\n  enabled: true");
        for (String name : List.of("server_cert", "server_key", "ca_cert", "client_cert", "client_key")) {
            console.say("  " + name + ": \"" + path(dir, name) + "\"");
        }
        console.say("  require_client_cert: true\n\nThen, when it runs:\n");
        console.say("  curl --cacert '" + path(dir, "ca_cert") + "' --cert '" + path(dir, "plugin_cert") + "' --key '"
                + path(dir, "plugin_key") + "' \\\n    https://localhost:8183/status");
        console.say("\nFor another node: cachemanager new-certs OTHER_DIR --ca '" + dir + "' --host ITS_NAME");
    }

    private static String path(Path dir, String setting) {
        String file = setting.equals("ca_cert")
                ? "ca.pem"
                : setting.replace("_cert", ".pem").replace("_key", ".key");
        return dir.resolve(file).toString();
    }
}
