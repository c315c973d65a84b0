/// The store in memory. Everything is lost with the process.
@NullMarked
package dev.artserver.store.memory;

import org.jspecify.annotations.NullMarked;
