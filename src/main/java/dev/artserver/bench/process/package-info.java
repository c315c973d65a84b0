/// Processes the bench starts, what they cost, and their end.
@NullMarked
package dev.artserver.bench.process;

import org.jspecify.annotations.NullMarked;
