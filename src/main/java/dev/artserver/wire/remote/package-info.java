/// JSON of what instances send each other: commands, follow requests and parts of feeds. Answers
/// and failures stand in `wire`.
@NullMarked
package dev.artserver.wire.remote;

import org.jspecify.annotations.NullMarked;
