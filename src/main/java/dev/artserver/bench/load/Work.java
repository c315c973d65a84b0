package dev.artserver.bench.load;

import io.vertx.core.buffer.Buffer;

/// What a closed loop asks for again and again.
public sealed interface Work permits Target, Calls, Questions, SocketRuns {
  /// On this machine.
  int port();

  /// The request as it goes over the wire.
  ///
  /// @param number counts requests from 0
  Buffer request(int number);

  /// Reads one answer.
  Tally tally();

  /// Whether the answer was all it should be.
  boolean isWhole(int status, Tally tally);

  /// Whether every token was streamed as a token.
  boolean isStreamed(Tally tally);
}
