package org.cachemanager.shell;

import java.util.ArrayList;
import java.util.List;
import org.cachemanager.api.admin.Setting;
import org.cachemanager.api.admin.Setting.Source;
import org.cachemanager.api.admin.SettingRefusedException;
import org.cachemanager.api.admin.SettingsAdmin;

/** Three settings, of which the first can be set. */
final class FakeSettings implements SettingsAdmin {

    private static final Setting FROM_FILE = new Setting("max_cache_size", "64MB", Source.FILE, "cachemanager.yaml:3");

    private final List<Setting> settings = new ArrayList<>(List.of(
            FROM_FILE,
            new Setting("http_server.port", "8182", Source.DEFAULT, "default"),
            new Setting("log.prefix", null, Source.DEFAULT, "default")));

    @Override
    public List<Setting> settings() {
        return settings;
    }

    @Override
    public Setting set(String name, String value) throws SettingRefusedException {
        if (value.endsWith("BB")) {
            throw new SettingRefusedException(List.of(name + ": \"" + value + "\" is not a size"));
        }
        settings.set(0, new Setting(name, value, Source.RUN_TIME, "run time"));
        return settings.get(0);
    }

    @Override
    public Setting reset(String name) {
        settings.set(0, FROM_FILE);
        return FROM_FILE;
    }
}
