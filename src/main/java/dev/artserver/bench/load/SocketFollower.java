package dev.artserver.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One WebSocket that follows many threads, and makes a run on each of them. Lives on one event
/// loop.
public final class SocketFollower {
  private static final String COMPLETED = "\"event\":\"run.completed\"";

  /// Commands sent before the first of them is answered: the server takes so many at once.
  private static final int COMMANDS_MAX = 32;

  private final WebSocketClient client;
  private final Scene scene;
  private final Promise<Void> over = Promise.promise();
  private @Nullable WebSocket socket;
  private int sent;
  private int ends;
  private volatile long startedAt;
  private volatile long endedAt;

  /// Where it happens.
  ///
  /// @param threads that exist: this prefix and a number from 0
  /// @param query of each run
  public record Scene(int port, String threads, int count, String query) {}

  SocketFollower(WebSocketClient client, Scene scene) {
    this.client = client;
    this.scene = scene;
  }

  Future<Void> run() {
    client.connect(scene.port(), "127.0.0.1", "/v1/ws").onComplete(this::begin, over::tryFail);
    return over.future();
  }

  void giveUp() {
    endedAt = System.nanoTime();
  }

  Fans.Heard heard() {
    long end = endedAt == 0 ? System.nanoTime() : endedAt;
    return new Fans.Heard(scene.count(), ends, Duration.ofNanos(Math.max(1, end - startedAt)));
  }

  private void begin(WebSocket opened) {
    socket = opened;
    opened.closeHandler(gone -> over.tryFail("the socket was closed"));
    opened.textMessageHandler(this::onMessage);
    startedAt = System.nanoTime();
    for (int i = 0; i < COMMANDS_MAX; i++) {
      next();
    }
  }

  /// Subscribes first and runs then: 2 commands for each thread, by number.
  private void next() {
    WebSocket open = socket;
    if (sent == 2 * scene.count() || open == null) {
      return;
    }
    int number = sent++;
    boolean subscribes = number < scene.count();
    JsonObject command =
        new JsonObject()
            .put("type", subscribes ? "subscribe" : "run")
            .put("id", Integer.toString(number))
            .put("threadId", scene.threads() + number % scene.count());
    open.writeTextMessage((subscribes ? command : command.put("query", scene.query())).encode());
  }

  private void onMessage(String text) {
    if (text.contains("\"type\":\"ack\"") || text.contains("\"type\":\"error\"")) {
      next();
    } else if (text.contains(COMPLETED) && ++ends == scene.count()) {
      endedAt = System.nanoTime();
      over.tryComplete();
    }
  }
}
