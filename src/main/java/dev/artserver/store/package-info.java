/// The port to durable storage: an append-only log for each thread.
@NullMarked
package dev.artserver.store;

import org.jspecify.annotations.NullMarked;
