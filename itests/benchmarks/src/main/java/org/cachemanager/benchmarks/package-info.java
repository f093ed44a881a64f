/** Benchmarks: each measures the product and a yardstick in turn in one run, and prints the ratio. */
@NullMarked
package org.cachemanager.benchmarks;

import org.jspecify.annotations.NullMarked;
