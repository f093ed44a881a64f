package org.cachemanager.shell;

import static org.cachemanager.shell.StatusCommands.fields;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.SettingRefusedException;
import org.jspecify.annotations.Nullable;

/** The command on settings: shows them, sets one at run time, takes that back. */
final class ConfigCommand {

    private final Node node;

    ConfigCommand(Node node) {
        this.node = node;
    }

    List<String> names() {
        try {
            return node.settings().settings().stream().map(Setting::name).toList();
        } catch (CommandFailedException notThere) {
            return List.of();
        }
    }

    String run(Arguments arguments) throws CommandFailedException {
        String reset = arguments.option("reset");
        if (reset != null && arguments.operands() > 0) {
            throw new CommandFailedException("--reset takes the NAME alone. It is: " + CommandSpec.CONFIG.usage());
        }
        try {
            if (reset != null) {
                return changed(node.settings().reset(reset), arguments);
            }
            if (arguments.operands() == 2) {
                return changed(node.settings().set(arguments.operand(0), arguments.operand(1)), arguments);
            }
        } catch (SettingRefusedException e) {
            throw new CommandFailedException(Answer.messageOf(e) + "\nEvery setting stays as it was.");
        }
        return show(arguments.operands() == 0 ? null : arguments.operand(0), arguments.wantsJson());
    }

    private static String changed(Setting setting, Arguments arguments) {
        return arguments.wantsJson()
                ? JsonText.of(json(setting))
                : String.format("%s is %s (%s).%n", setting.name(), text(setting), setting.where());
    }

    private String show(@Nullable String name, boolean json) throws CommandFailedException {
        List<Setting> all = node.settings().settings();
        List<Setting> shown = all.stream()
                .filter(setting -> name == null
                        || setting.name().equals(name)
                        || setting.name().startsWith(name + "."))
                .toList();
        if (shown.isEmpty() && name != null) {
            List<String> names = all.stream().map(Setting::name).toList();
            throw new CommandFailedException("There is no setting \"" + name + "\"." + Nearest.question(name, names)
                    + " cache:config shows all.");
        }
        if (json) {
            return JsonText.of(shown.stream().map(ConfigCommand::json).toList());
        }
        Table table = new Table("SETTING", "VALUE", "FROM");
        shown.forEach(setting -> table.row(setting.name(), text(setting), setting.where()));
        return table.toString();
    }

    private static String text(Setting setting) {
        String value = setting.value();
        return value == null ? "-" : value.isEmpty() ? "\"\"" : value;
    }

    private static Map<String, Object> json(Setting setting) {
        Object value = setting.value() == null ? new JsonText.Raw("null") : setting.value();
        return fields(
                "name",
                setting.name(),
                "value",
                value,
                "source",
                setting.source().name().toLowerCase(Locale.ROOT),
                "from",
                setting.where());
    }
}
