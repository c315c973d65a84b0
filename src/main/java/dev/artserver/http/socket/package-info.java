/// WebSockets: commands, and the threads a client follows.
@NullMarked
package dev.artserver.http.socket;

import org.jspecify.annotations.NullMarked;
