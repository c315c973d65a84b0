/// Locks of one process, for tests of several instances in one process.
@NullMarked
package dev.artserver.lease.memory;

import org.jspecify.annotations.NullMarked;
