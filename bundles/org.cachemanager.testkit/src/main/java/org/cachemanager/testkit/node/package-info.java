/** Nodes for tests: a process that ends with its test, and the parts of one as options of Pax Exam. */
@NullMarked
@Version("1.0.0")
package org.cachemanager.testkit.node;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.versioning.Version;
