package dev.artserver.bench.load;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/// A connection that makes one exchange at a time. Lives on one event loop.
interface Line {
  /// Gives the status when the answer is over, which `heard` has then read. Fails when the
  /// connection breaks before.
  Future<Integer> send(Buffer request, Tally heard);

  boolean closed();

  void close();

  /// Opens them.
  interface Opening {
    Future<? extends Line> open();
  }
}
