package org.cachemanager.config.yaml;

import org.jspecify.annotations.Nullable;

/**
 * The value of one setting and where it comes from.
 *
 * @param text as it was written, or as it may be shown where it is secret; {@code null}: not set
 * @param origin where it comes from
 */
public record SettingValue(@Nullable String text, Origin origin) {}
