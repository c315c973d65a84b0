package dev.artserver.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/// One WebSocket that follows many threads, and makes a run on each of them. Lives on one event
/// loop.
public final class SocketFollower {
  private final WebSocketClient client;
  private final Scene scene;
  private final Promise<Void> over = Promise.promise();
  private int ends;
  private int failed;
  private String fault = "";
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
    return new Fans.Heard(
        scene.count(), ends, Duration.ofNanos(Math.max(1, end - startedAt)), fault);
  }

  private void begin(WebSocket opened) {
    SocketCommands commands = new SocketCommands(opened, 2 * scene.count(), this::command);
    opened.closeHandler(gone -> over.tryFail(new IllegalStateException("the socket was closed")));
    opened.textMessageHandler(text -> onMessage(commands, text));
    startedAt = System.nanoTime();
    // What is refused is not heard, and counts as lost.
    commands.send().onFailure(refused -> end(String.valueOf(refused.getMessage())));
  }

  /// Subscribes first and runs then: 2 commands for each thread, by number.
  private JsonObject command(int number) {
    String thread = scene.threads() + number % scene.count();
    return number < scene.count()
        ? Subscriptions.subscribe(thread)
        : new JsonObject().put("type", "run").put("threadId", thread).put("query", scene.query());
  }

  private void onMessage(SocketCommands commands, String text) {
    if (commands.take(text)) {
      return;
    }
    switch (RunEnd.of(text)) {
      case COMPLETED -> ends++;
      case FAILED, CANCELLED, INTERRUPTED -> {
        failed++;
        fault = text;
      }
      case NONE -> {
        return;
      }
    }
    if (ends + failed == scene.count()) {
      end(fault);
    }
  }

  private void end(String what) {
    fault = what;
    endedAt = System.nanoTime();
    over.tryComplete();
  }
}
