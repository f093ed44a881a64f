/** The command line: everything of {@code bin/cachemanager} that does not start or stop a node. */
@NullMarked
package org.cachemanager.cli;

import org.jspecify.annotations.NullMarked;
