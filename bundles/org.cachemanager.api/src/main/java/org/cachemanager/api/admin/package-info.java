/**
 * What an operator can see and do. Core implements {@code CacheAdmin}, the bundle that reads the settings
 * {@code SettingsAdmin}; shell, console and HTTP call these, and none has an operation of its own.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.api.admin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
