/// Several instances as one server: which of them own which threads, commands and streams between
/// them, and what happens when one is gone.
@NullMarked
package dev.artserver.cluster;

import org.jspecify.annotations.NullMarked;
