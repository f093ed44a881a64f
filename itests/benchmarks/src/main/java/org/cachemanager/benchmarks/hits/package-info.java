/** Hit ratios: each policy bundle over traces of keys, beside Caffeine and the optimum. */
@NullMarked
package org.cachemanager.benchmarks.hits;

import org.jspecify.annotations.NullMarked;
