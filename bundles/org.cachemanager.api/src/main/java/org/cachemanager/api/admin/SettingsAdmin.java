package org.cachemanager.api.admin;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The settings of a node while it runs. The environment wins, then what was set here or in Configuration Admin, then
 * the configuration file, then the default. Any thread may call it; a change blocks while it is checked and written to
 * Configuration Admin, and is in force a moment after the method has returned.
 */
@ProviderType
public interface SettingsAdmin {

    /** Every setting, those that are not set included; empty as long as the settings can't be used. */
    List<Setting> settings();

    /**
     * Sets a value at run time, in place of one that was set so before. It is kept until that setting changes in the
     * file or the node restarts.
     *
     * @param name the dotted name
     * @param value as it would stand in the file; of a list with commas
     * @return the setting as it is then
     * @throws SettingRefusedException if there is no such setting, the environment says what it is, or the settings
     *     can't be used with it
     */
    Setting set(String name, String value) throws SettingRefusedException;

    /**
     * Takes back what was set at run time, so that the file or the default counts again.
     *
     * @param name the dotted name
     * @return the setting as it is then
     * @throws SettingRefusedException if there is no such setting, it was not set at run time, or the settings can't be
     *     used without it
     */
    Setting reset(String name) throws SettingRefusedException;
}
