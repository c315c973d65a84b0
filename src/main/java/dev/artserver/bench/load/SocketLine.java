package dev.artserver.bench.load;

import dev.artserver.bench.peer.IgnoredFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A WebSocket on which one run after the other is made, each followed from its thread's first fact
/// until it is over, and no longer.
final class SocketLine implements Line {
  private static final int OK = 200;

  private final WebSocket socket;
  private @Nullable Tally tally;
  private @Nullable Promise<Integer> exchange;
  private String thread = "";
  private boolean followed;
  private boolean closed;

  private SocketLine(WebSocket socket) {
    this.socket = socket;
    socket.handler(this::onMessage);
    socket.closeHandler(gone -> onClosed());
  }

  static Future<SocketLine> open(WebSocketClient client, int port) {
    return client.connect(port, "127.0.0.1", "/v1/ws").map(SocketLine::new);
  }

  @Override
  public Future<Integer> send(Buffer request, Tally heard) {
    if (closed) {
      return Future.failedFuture(new IOException("the socket is closed"));
    }
    Promise<Integer> answered = Promise.promise();
    exchange = answered;
    tally = heard;
    thread = request.toJsonObject().getString("threadId");
    followed = false;
    IgnoredFailure.of(
        socket.writeTextMessage(request.toString()), "a broken socket fails the exchange");
    return answered.future();
  }

  private void onMessage(Buffer message) {
    Tally heard = tally;
    if (heard == null) {
      return;
    }
    heard.onBody(message.getBytes(), 0, message.length());
    if (!followed) {
      onRunTold(message.toJsonObject());
    } else if (heard.ended()) {
      command("unsubscribe", new JsonObject());
      finish(OK);
    }
  }

  /// The answer to the command that made the run.
  private void onRunTold(JsonObject told) {
    switch (told.getString("type")) {
      case "ack" -> {
        if (!told.getString("id").equals("line")) {
          followed = true;
          command("subscribe", new JsonObject().put("after", 0).put("tokens", true));
        }
      }
      case "error" -> finish(told.getJsonObject("problem").getInteger("status"));
      default -> {
        // The end of what was said of the thread before.
      }
    }
  }

  private void command(String type, JsonObject members) {
    String message = members.put("type", type).put("id", "line").put("threadId", thread).encode();
    IgnoredFailure.of(socket.writeTextMessage(message), "a broken socket fails the exchange");
  }

  private void finish(int status) {
    Promise<Integer> waiting = exchange;
    exchange = null;
    tally = null;
    if (waiting != null) {
      waiting.complete(status);
    }
  }

  private void onClosed() {
    closed = true;
    Promise<Integer> waiting = exchange;
    exchange = null;
    if (waiting != null) {
      waiting.fail(new IOException("the socket was closed"));
    }
  }

  @Override
  public boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    IgnoredFailure.of(socket.close(), "it is closed already");
  }
}
