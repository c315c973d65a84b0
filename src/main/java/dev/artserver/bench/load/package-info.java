/// Clients that cost as little as they can: they share the machine with what they measure.
@NullMarked
package dev.artserver.bench.load;

import org.jspecify.annotations.NullMarked;
