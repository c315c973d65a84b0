package dev.artserver.http.socket;

import dev.artserver.http.connection.ClientConnections;
import io.vertx.core.Vertx;

/// Drops the connection of a client that was too slow for one of its threads and reads nothing
/// afterwards. It would not read a close frame either.
final class SlowClient {
  private final Vertx vertx;
  private final SocketWriter writer;
  private final Runnable drop;
  private int drains;

  /// @param drop closes the connection whatever waits to be written to it
  SlowClient(Vertx vertx, SocketWriter writer, Runnable drop) {
    this.vertx = vertx;
    this.writer = writer;
    this.drop = drop;
  }

  /// The client has read what was waiting for it.
  void onDrained() {
    drains++;
  }

  /// The client was too slow: it has some time to read what waits for it.
  void watch() {
    int before = drains;
    vertx.setTimer(
        ClientConnections.LAST_WORDS_MAX.toMillis(),
        ignored -> {
          if (!writer.full()) {
            return;
          }
          if (drains == before) {
            drop.run();
          } else {
            watch();
          }
        });
  }
}
