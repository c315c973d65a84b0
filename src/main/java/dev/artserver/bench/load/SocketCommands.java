package dev.artserver.bench.load;

import dev.artserver.bench.peer.IgnoredFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.util.function.IntFunction;

/// Commands over one WebSocket, a few at a time. Lives on one event loop.
final class SocketCommands {
  /// Commands sent before the first of them is answered: the server takes so many at once.
  private static final int AT_ONCE_MAX = 32;

  private final WebSocket socket;
  private final int count;
  private final IntFunction<JsonObject> commands;
  private final Promise<Void> over = Promise.promise();
  private int sent;
  private int answered;
  private int refused;

  /// @param commands by number from 0, without their `id`
  SocketCommands(WebSocket socket, int count, IntFunction<JsonObject> commands) {
    this.socket = socket;
    this.count = count;
    this.commands = commands;
  }

  /// Ends when all are answered; fails when one was refused.
  Future<Void> send() {
    for (int i = 0; i < AT_ONCE_MAX; i++) {
      next();
    }
    return over.future();
  }

  /// Takes a message of the server; false when it answers no command.
  boolean take(String text) {
    boolean refusal = text.contains("\"type\":\"error\"");
    if (!refusal && !text.contains("\"type\":\"ack\"")) {
      return false;
    }
    refused += refusal ? 1 : 0;
    next();
    if (++answered == count && refused == 0) {
      over.complete();
    } else if (answered == count) {
      over.fail(
          new IllegalStateException(refused + " commands were refused, the last with " + text));
    }
    return true;
  }

  private void next() {
    if (sent < count) {
      int number = sent++;
      JsonObject command = commands.apply(number).put("id", Integer.toString(number));
      IgnoredFailure.of(
          socket.writeTextMessage(command.encode()), "a command without an answer is missed");
    }
  }
}
