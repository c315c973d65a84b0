/// What is made of what was measured: percentiles, medians, ratios, files, plots.
@NullMarked
package dev.artserver.bench.figure;

import org.jspecify.annotations.NullMarked;
