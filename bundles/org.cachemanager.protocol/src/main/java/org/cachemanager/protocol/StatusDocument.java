package org.cachemanager.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.cachemanager.api.NodeStatus;
import org.cachemanager.protocol.JsonText.Bytes;

/** The document that {@code /status} shows. */
final class StatusDocument {

    private static final long HUNDRED = 100;

    private StatusDocument() {}

    static byte[] render(NodeStatus status) {
        Bytes bytes = new Bytes(512);
        bytes.ascii("{\"ref\":\"").ascii(status.ref().toString()).ascii("\"");
        number(bytes, "uptime", status.uptimeSeconds());
        peers(bytes, status.peers());
        number(bytes, "cache_items", status.items());
        number(bytes, "cache_size", status.sizeBytes());
        bytes.ascii(",\"cache_percent\":").ascii(percent(status));
        number(bytes, "max_item_size", status.largestItemBytes());
        seams(bytes, status.seams());
        return bytes.ascii("}").toByteArray();
    }

    private static void number(Bytes bytes, String name, long number) {
        bytes.ascii(",\"").ascii(name).ascii("\":").ascii(Long.toString(number));
    }

    private static void peers(Bytes bytes, List<NodeStatus.Peer> peers) {
        bytes.ascii(",\"available_peer_refs\":[");
        String comma = "";
        for (NodeStatus.Peer peer : peers) {
            if (peer.deactivated() == 0) {
                bytes.ascii(comma).ascii("\"").ascii(peer.ref().toString()).ascii("\"");
                comma = ",";
            }
        }
        bytes.ascii("],\"peers\":[");
        comma = "";
        for (NodeStatus.Peer peer : peers) {
            bytes.ascii(comma).ascii("{\"ref\":\"").ascii(peer.ref().toString()).ascii("\"");
            number(bytes, "deactivated", peer.deactivated());
            bytes.ascii("}");
            comma = ",";
        }
        bytes.ascii("]");
    }

    private static void seams(Bytes bytes, List<NodeStatus.InForce> seams) {
        bytes.ascii(",\"seams\":{");
        String comma = "";
        for (NodeStatus.InForce seam : seams) {
            bytes.ascii(comma);
            JsonText.quote(bytes, seam.seam());
            bytes.ascii(":{\"configured\":");
            JsonText.quote(bytes, seam.configured());
            bytes.ascii(",\"in_force\":");
            JsonText.quote(bytes, seam.name());
            bytes.ascii("}");
            comma = ",";
        }
        bytes.ascii("}");
    }

    private static String percent(NodeStatus status) {
        if (status.maxSizeBytes() == 0) {
            return "0.0";
        }
        return BigDecimal.valueOf(status.sizeBytes())
                .multiply(BigDecimal.valueOf(HUNDRED))
                .divide(BigDecimal.valueOf(status.maxSizeBytes()), 1, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
