package dev.artserver.bench;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Calls;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;
import java.time.Duration;

/// Threads of a measured server, by a prefix and a number from 0.
record Threads(Driver driver, Child server, String prefix) {
  private static final Duration MAKING_MAX = Duration.ofMinutes(10);

  static String path(String prefix, int number) {
    return "/v1/threads/" + prefix + number;
  }

  /// Creates so many. Throws `IllegalStateException` when the server refuses one.
  void make(int count, int atOnce) {
    Calls make =
        new Calls(
            server.port(),
            "POST",
            number -> "/v1/threads",
            "application/json",
            number -> "{\"threadId\":\"" + prefix + number + "\"}",
            201);
    all(make, count, atOnce);
  }

  /// Changes the state document of each, so that it holds something.
  void touch(int count, int atOnce) {
    Calls touch =
        new Calls(
            server.port(),
            "PATCH",
            number -> path(prefix, number) + "/state",
            "application/merge-patch+json",
            number -> "{\"n\":" + number + "}",
            200);
    all(touch, count, atOnce);
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
