/**
 * What tests of a node and of its plug-ins are made of: a contract kit for each seam, and a clock to set by hand. Who
 * implements a seam extends its kit; it is never in a feature.
 */
@NullMarked
@Version("1.0.0")
package org.cachemanager.testkit;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
