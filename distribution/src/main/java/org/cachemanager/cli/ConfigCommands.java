package org.cachemanager.cli;

import java.nio.file.Path;
import java.util.Map;
import org.cachemanager.config.yaml.LoadResult;
import org.cachemanager.config.yaml.Settings;
import org.jspecify.annotations.Nullable;

/** The commands on the configuration: check-config, new-key, token. */
final class ConfigCommands {

    private final Console console;
    private final Map<String, String> environment;

    ConfigCommands(Console console, Map<String, String> environment) {
        this.console = console;
        this.environment = environment;
    }

    int check(CommandLine line) throws ExitException {
        Path file = file(line);
        LoadResult result = Settings.load(file, environment, 0);
        result.warnings().forEach(console::complain);
        result.faults().forEach(console::complain);
        if (result.settings() == null) {
            return ExitException.CONFIG;
        }
        console.say((file == null ? "The defaults" : file) + ": good.");
        return 0;
    }

    private static @Nullable Path file(CommandLine line) throws ExitException {
        return line.operands().isEmpty()
                ? line.config()
                : Path.of(line.operands().get(0)).toAbsolutePath().normalize();
    }

    int newKey() {
        console.say(NodeConfig.newKey());
        return 0;
    }

    int token(CommandLine line) throws ExitException {
        NodeConfig config = NodeConfig.load(line.config(), environment);
        String name = line.operands().get(0);
        if (!config.hasKeys()) {
            throw new ExitException(
                    ExitException.FAILED,
                    "No keys are configured, so there are no tokens: send \"" + name + "\" itself as the namespace. "
                            + "For keys see http_server.encryption.keys and \"cachemanager new-key\".");
        }
        console.say(config.namespace(name).get());
        return 0;
    }
}
