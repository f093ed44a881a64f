/** The commands of scope {@code cache}, and the door by which they are reached: a Unix domain socket. */
@NullMarked
package org.cachemanager.shell;

import org.jspecify.annotations.NullMarked;
