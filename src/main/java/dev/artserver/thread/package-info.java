/// Owners of threads: their turns, runs, activation and eviction; the ports `Threads` and
/// `Ownership`.
@NullMarked
package dev.artserver.thread;

import org.jspecify.annotations.NullMarked;
