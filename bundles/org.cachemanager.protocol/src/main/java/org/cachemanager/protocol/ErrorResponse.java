package org.cachemanager.protocol;

/**
 * What a refused call is answered with.
 *
 * @param error a sentence that a person can act on
 * @param code a stable word, one of {@link ErrorCode} as far as this version knows it
 */
public record ErrorResponse(String error, String code) {}
