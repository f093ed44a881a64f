package org.cachemanager.api.admin;

import java.util.Locale;

/** A part of the node that can be replaced while it serves. */
public enum Seam {
    /** Where the bytes live: {@link org.cachemanager.api.storage.StorageEngine}. */
    STORAGE,
    /** What goes when room is needed: {@link org.cachemanager.api.eviction.EvictionPolicy}. */
    EVICTION,
    /** How namespaces are sealed: {@link org.cachemanager.api.encryption.NamespaceCipher}. */
    ENCRYPTION,
    /** How calls reach other nodes: {@link org.cachemanager.api.peer.PeerTransport}. */
    PEER,
    /** How nodes find each other: {@link org.cachemanager.api.registry.Registry}. */
    REGISTRY;

    /** The name as operators type and read it: in small letters. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
