package org.cachemanager.peer.http.internal;

import java.lang.annotation.Annotation;

/** A configuration by hand. */
record Settings(String ca_cert, String client_cert, String client_key) implements HttpPeerTransport.Configuration {

    static final Settings NONE = new Settings("", "", "");

    @Override
    public Class<? extends Annotation> annotationType() {
        return HttpPeerTransport.Configuration.class;
    }
}
