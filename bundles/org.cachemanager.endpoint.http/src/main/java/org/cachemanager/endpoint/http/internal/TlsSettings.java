package org.cachemanager.endpoint.http.internal;

import org.cachemanager.protocol.tls.TlsFiles;

/**
 * How an endpoint speaks TLS.
 *
 * @param files its certificate and key, and the CAs of the clients' certificates
 * @param requireClientCert whether a client without a certificate of these CAs is refused
 */
record TlsSettings(TlsFiles files, boolean requireClientCert) {}
