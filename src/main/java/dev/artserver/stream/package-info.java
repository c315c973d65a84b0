/// The feed of one thread: facts by seq, tokens by offset, readers of any speed.
@NullMarked
package dev.artserver.stream;

import org.jspecify.annotations.NullMarked;
