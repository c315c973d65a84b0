package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;

/// Carries out one kind of command.
@FunctionalInterface
interface SocketHandler {
  /// Fails with a `FailureException`, or throws one, to refuse the command.
  ///
  /// @param message fits the command's schema
  Future<SocketReply> handle(WebSocketSession session, ObjectNode message);
}
