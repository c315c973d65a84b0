package dev.artserver.http.socket;

import dev.artserver.http.connection.Occupancy;
import dev.artserver.thread.Threads;
import dev.artserver.wire.KeySealer;

/// What all WebSockets of the server share.
public record SocketServices(
    Threads threads,
    KeySealer keys,
    SocketCommands commands,
    Occupancy occupancy,
    SocketLimits limits) {}
