package org.cachemanager.api.admin;

import java.util.List;

/** A setting was not changed; everything is as it was before. */
public final class SettingRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param lines why, one line each; a person can act on them, and they hold no secret */
    public SettingRefusedException(List<String> lines) {
        super(String.join("\n", lines));
    }
}
