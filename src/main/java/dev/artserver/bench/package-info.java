/// Measures the server from outside, next to baselines: workloads, and the command that runs them.
@NullMarked
package dev.artserver.bench;

import org.jspecify.annotations.NullMarked;
