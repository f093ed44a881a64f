package org.cachemanager.core.internal;

import org.cachemanager.api.peer.Greeting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another node that has this node's ref, as a copied base directory makes one. Who was started later takes no part in
 * the cluster, and serves its own clients alone, until for the time of the timeout nothing is heard of the other one.
 *
 * <p>The lock guards which it is; nobody is told under it.
 */
final class Twin extends Deadlines.Deadline {

    private static final Logger LOG = LoggerFactory.getLogger("cachemanager.core");

    private final Peers peers;
    private volatile boolean withdrawn;
    private boolean warned;

    Twin(Peers peers) {
        this.peers = peers;
    }

    /** Whether this node takes no part in the cluster. */
    boolean isWithdrawn() {
        return withdrawn;
    }

    /** A node that has this node's ref has greeted, or answered; it may be this one. */
    void met(Greeting word) {
        long mine = peers.tenure.started();
        if (word.started() > mine) {
            warn();
        } else if (word.started() < mine) {
            withdraw();
        }
    }

    private void warn() {
        synchronized (this) {
            if (warned) {
                return;
            }
            warned = true;
        }
        LOG.warn(
                "Another node has the ref {} of this one, as when its base directory was copied. It was started later,"
                        + " and takes no part in the cluster; delete the file ref in its base directory and start it"
                        + " again.",
                peers.tenure.self());
    }

    private void withdraw() {
        boolean news;
        synchronized (this) {
            news = !withdrawn;
            withdrawn = true;
            peers.deadlines.set(this, peers.time.nanos() + peers.timeout().toNanos());
        }
        if (news) {
            LOG.error(
                    "Another node has the ref {} of this one and was started earlier, as when this base directory was"
                            + " copied from it. This node takes no part in the cluster, and serves its own clients"
                            + " alone: delete the file ref in its base directory and start it again.",
                    peers.tenure.self());
            peers.beginAnew();
        }
    }

    /** Nothing has been heard of the other one for long. */
    @Override
    void reached() {
        synchronized (this) {
            if (!withdrawn || peers.deadlines.dueNanos(this) - peers.time.nanos() > 0) {
                return;
            }
            withdrawn = false;
        }
        LOG.info("The other node of this ref is gone; this one joins the cluster.");
        peers.beginAnew();
    }
}
