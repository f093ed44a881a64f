package org.cachemanager.protocol;

import org.cachemanager.api.Data;
import org.jspecify.annotations.Nullable;

/**
 * What {@code get_data} answers.
 *
 * @param data the bytes of the JSON string, between the quotes; null when the item is missing
 * @param lock whether the caller, and no other, is to make the item
 * @param expirySeconds the epoch second at which the item expires; 0 when it is missing
 */
public record GetResponse(@Nullable Data data, boolean lock, long expirySeconds) {}
