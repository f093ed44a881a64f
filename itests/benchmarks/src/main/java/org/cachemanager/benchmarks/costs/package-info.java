/** What a hit, an insert and an eviction cost with each policy bundle, beside Caffeine. */
@NullMarked
package org.cachemanager.benchmarks.costs;

import org.jspecify.annotations.NullMarked;
