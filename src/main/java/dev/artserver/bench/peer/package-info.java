/// The other side of a measurement: a scripted model provider, and the baselines.
@NullMarked
package dev.artserver.bench.peer;

import org.jspecify.annotations.NullMarked;
