package org.cachemanager.api.encryption;

import org.cachemanager.api.Call;
import org.cachemanager.api.Namespace;
import org.cachemanager.api.Reply;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Decides, for every call, which namespace the client may use: opens its token, or takes the plain name where no keys
 * are configured.
 *
 * <p>Fails closed: when the configured cipher is not there, calls are parked for a few seconds, then refused.
 */
@ProviderType
public interface Namespaces {

    /**
     * Opens what a client sent as its namespace. Any thread, does not block.
     *
     * @param buffer holds the text in canonical bytes (unescaped UTF-8); read before the reply is called or the call
     *     returns
     * @param offset where the text begins in it
     * @param length the bytes of the text
     * @param reply usually called before this returns; {@code failed} with
     *     {@link org.cachemanager.api.Failure.Reason#BAD_NAMESPACE}, {@code REFUSED} or {@code UNAVAILABLE}
     */
    Call open(byte[] buffer, int offset, int length, Reply<Namespace> reply);

    /**
     * Whether clients have to send tokens, so that nobody is let in who has no key. Changes with the settings; while
     * the configured cipher is not there it stays as the settings say. Any thread, does not block.
     */
    boolean requiresTokens();
}
