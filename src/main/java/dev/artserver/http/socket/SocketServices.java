package dev.artserver.http.socket;

import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.contract.Schema;
import dev.artserver.thread.Threads;
import dev.artserver.wire.KeySealer;

/// What all WebSockets of the server share.
///
/// @param command what a client may send
public record SocketServices(
    Threads threads, KeySealer keys, Schema command, Occupancy occupancy, SocketLimits limits) {}
