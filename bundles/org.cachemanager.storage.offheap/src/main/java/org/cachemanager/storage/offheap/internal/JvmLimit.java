package org.cachemanager.storage.offheap.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** How much memory outside the heap this JVM allows. */
final class JvmLimit {

    private JvmLimit() {}

    /** What {@code -XX:MaxDirectMemorySize} says, else as much as the heap may have, which is the JVM's default. */
    static long directBytes() {
        long set = 0;
        try {
            set = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("MaxDirectMemorySize")
                    .getValue());
        } catch (LinkageError | IllegalArgumentException e) {
            // This JVM has no such option, and the default of those that have it.
        }
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }
}
