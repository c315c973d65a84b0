/// REST, SSE and WebSocket.
@NullMarked
package dev.artserver.http;

import org.jspecify.annotations.NullMarked;
