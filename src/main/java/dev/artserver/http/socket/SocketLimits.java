package dev.artserver.http.socket;

import dev.artserver.wire.ImageLimits;
import java.time.Duration;

/// Limits of every WebSocket, from the server's configuration.
///
/// @param frameMax bytes of a message, in one frame or several; more closes with 1009
/// @param subscriptionsMax threads that one socket may follow; more closes with 1008
/// @param writeQueueMax bytes a client may leave unread before its feeds wait
/// @param runTimeoutDefault of a run that names none
/// @param runTimeoutMax longest a run may ask for
public record SocketLimits(
    int frameMax,
    int subscriptionsMax,
    int writeQueueMax,
    Duration runTimeoutDefault,
    Duration runTimeoutMax,
    ImageLimits images) {}
