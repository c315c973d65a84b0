/// The log in memory: one machine, nothing survives it.
@NullMarked
package dev.artserver.store.memory;

import org.jspecify.annotations.NullMarked;
