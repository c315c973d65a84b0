package dev.artserver.bench;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Calls;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;
import dev.artserver.bench.process.OneCall;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Threads of a measured server, by a prefix and a number from 0.
record Threads(Driver driver, Child server, String prefix) {
  private static final String PATH = "/v1/threads/";
  private static final Duration MAKING_MAX = Duration.ofMinutes(10);

  static String path(String prefix, int number) {
    return PATH + prefix + number;
  }

  /// Creates so many. Throws `IllegalStateException` when the server refuses one.
  void make(int count, int atOnce) {
    make(count, atOnce, "{}");
  }

  /// The same, of threads whose runs are told nothing of those before: each costs what the first
  /// did.
  void makeForgetful(int count, int atOnce) {
    make(count, atOnce, "{\"historyLimit\":0}");
  }

  private void make(int count, int atOnce, String config) {
    Calls make =
        new Calls(
            server.port(),
            "POST",
            number -> "/v1/threads",
            "application/json",
            number -> "{\"threadId\":\"" + prefix + number + "\",\"config\":" + config + "}",
            201);
    all(make, count, atOnce);
  }

  /// Changes the state document of each, so that it holds something.
  void touch(int count, int atOnce) {
    all(changes(1), count, atOnce);
  }

  /// Changes the state document of each so many times, which makes its log longer by as much.
  void lengthen(int count, int times, int atOnce) {
    all(changes(times), count * times, atOnce);
  }

  /// Changes of state documents: so many of the first thread, then as many of the next.
  Calls changes(int each) {
    return new Calls(
        server.port(),
        "PATCH",
        number -> path(prefix, number / each) + "/state",
        "application/merge-patch+json",
        number -> "{\"n\":" + number + "}",
        200);
  }

  /// Erases so many.
  void remove(int count, int atOnce) {
    all(removal(number -> prefix + number), count, atOnce);
  }

  /// Erases all the server has, whatever they are called.
  void removeAll(int atOnce) {
    List<String> ids = new ArrayList<>();
    String after = "";
    while (after != null) {
      String cursor = after.isEmpty() ? "" : "&cursor=" + after;
      JsonObject page = OneCall.json(server.port(), "/v1/threads?limit=500" + cursor);
      for (Object thread : page.getJsonArray("items")) {
        ids.add(((JsonObject) thread).getString("threadId"));
      }
      after = page.getString("nextCursor");
    }
    if (!ids.isEmpty()) {
      all(removal(ids::get), ids.size(), atOnce);
    }
  }

  private Calls removal(IntFunction<String> ids) {
    return new Calls(
        server.port(),
        "DELETE",
        number -> PATH + ids.apply(number),
        "application/json",
        number -> "",
        204);
  }

  private void all(Calls calls, int count, int atOnce) {
    Bounds bounds = Bounds.closed(Math.min(count, atOnce), count, MAKING_MAX);
    Outcome outcome = driver.drive(calls, bounds);
    if (outcome.completed() != count) {
      throw new IllegalStateException(
          calls.method()
              + " was refused "
              + (count - outcome.completed())
              + " times, first: "
              + outcome.fault());
    }
  }
}
