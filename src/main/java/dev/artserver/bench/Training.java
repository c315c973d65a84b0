package dev.artserver.bench;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.SocketRuns;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.load.Work;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Shows a server's JVM what it will have to do: runs asked for in every way, answered at once and
/// token by token, over real sockets. What the JVM learns of it, the classes and how each method is
/// used, it writes down when the server ends, and a later one compiles the right code at once.
///
/// A run that only shows the classes makes later servers slower than none: profiles of calls made a
/// few times mislead the compiler, which corrects itself for minutes.
public final class Training {
  private static final int SEED = 2_001;
  private static final int TOKENS = 50;
  private static final int AT_ONCE = 100;
  private static final int RUNS_MAX = 50_000;

  /// A hundred spread over the 700 ms that a run takes which is answered token by token.
  private static final int ARRIVALS = 143;

  /// What a JVM writes, it writes at its end, which takes a slow machine half a minute.
  private static final Duration END_MAX = Duration.ofSeconds(90);

  private final String mainClass;

  /// @param mainClass of the processes it starts, which understands `serve` and `bench-peer`
  public Training(String mainClass) {
    this.mainClass = mainClass;
  }

  /// Throws `IllegalStateException` when a process does not start, when a file cannot be written,
  /// when runs of one kind all fail, or when the server does not end within 90 s.
  ///
  /// @param jvmOptions of the server that learns
  /// @param part of the time: runs of the six kinds are made for 22 of them
  public void give(List<String> jvmOptions, Duration part) {
    try (Stage stage =
            new Stage(
                mainClass, List.of(), BenchPlan.PROVIDER_KEEPS, InProcess.NONE, Embedded.NONE);
        Driver driver = new Driver()) {
      Child server = stage.server(ServerSettings.of("file", "react").withTools(), jvmOptions);
      for (Lesson lesson : lessons(server)) {
        lesson.give(driver, part);
      }
      if (!server.endsWithin(END_MAX)) {
        throw new IllegalStateException(
            "the server did not end within " + END_MAX.toSeconds() + " s: " + server.lastWords());
      }
    } catch (UncheckedIOException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    }
  }

  /// What most runs do comes first and takes most of the time, until it is compiled: what follows
  /// then adds profiles of its own and does not blur those.
  private static List<Lesson> lessons(Child server) {
    Script plain = Script.of(TOKENS, SEED);
    Script timed = plain.timed(200, 10);
    return List.of(
        new Lesson("events", asked(server, plain, "react", true, TOKENS), 0, 10),
        new Lesson("tokens", asked(server, timed, "react", true, TOKENS), ARRIVALS, 8),
        new Lesson("plans", asked(server, plain.withPlan(), "pes", true, 2 * TOKENS), 0, 1),
        new Lesson("tools", asked(server, plain.withTool(), "react", true, TOKENS), 0, 1),
        new Lesson("waiting", asked(server, plain, "react", false, TOKENS), 0, 1),
        new Lesson("sockets", sockets(server, plain), 0, 1));
  }

  private static Work asked(Child server, Script script, String agent, boolean events, int tokens) {
    JsonObject body =
        new JsonObject()
            .put("query", Contenders.query(script))
            .put("config", new JsonObject().put("agent", agent));
    return new Target(server.port(), number -> "/v1/runs", events, body.encode(), tokens, TOKENS);
  }

  private static Work sockets(Child server, Script script) {
    return new SocketRuns(
        server.port(), Contenders.query(script), new AtomicInteger(), TOKENS, TOKENS);
  }

  /// Runs of one kind.
  ///
  /// @param arrivals a second, of those that begin first; 0: all at once
  /// @param parts of the time
  private record Lesson(String name, Work work, int arrivals, int parts) {
    void give(Driver driver, Duration part) {
      Outcome outcome =
          driver.drive(
              work, Bounds.closed(AT_ONCE, RUNS_MAX, part.multipliedBy(parts)).arriving(arrivals));
      if (outcome.completed() == 0) {
        throw new IllegalStateException("no run of '" + name + "' completed: " + outcome.fault());
      }
    }
  }
}
