package dev.artserver.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Fans;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.load.SocketFollower;
import dev.artserver.bench.load.SocketRuns;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A provider that refuses each call. Whoever waited for what does not come any more would wait for
/// three minutes, and a test may take one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailedRunsTest {
  private static final int RUNS = 2;
  private static final int TOKENS = 3;
  private static final String QUERY = Contenders.query(new Script(TOKENS, 1, 0, 0, 0, 0, 400, 1));

  private final Stage stage =
      new Stage(
          "dev.artserver.app.Main",
          List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"),
          BenchPlan.PROVIDER_KEEPS,
          InProcess.NONE,
          Embedded.NONE);
  private final Driver driver = new Driver();
  private Child server;

  @BeforeAll
  void start() {
    server = stage.server(ServerSettings.of("memory", "react"));
  }

  @AfterAll
  void close() {
    driver.close();
    stage.close();
  }

  @Test
  void over_a_websocket_a_run_is_lost_when_it_fails() {
    Outcome outcome =
        driver.drive(
            new SocketRuns(server.port(), QUERY, new AtomicInteger(), TOKENS, TOKENS),
            Bounds.atOnce(RUNS, Duration.ofSeconds(1)));

    assertThat(outcome.begun()).isEqualTo(RUNS);
    assertThat(outcome.lost()).isEqualTo(RUNS);
    assertThat(outcome.fault()).contains("end FAILED", "run.failed");
  }

  @Test
  void followed_over_a_websocket_a_run_is_lost_when_it_fails() {
    new Threads(driver, server, "many").make(RUNS, 1);

    Fans.Heard heard =
        driver.followMany(new SocketFollower.Scene(server.port(), "many", RUNS, QUERY));

    assertThat(heard.lost()).isEqualTo(RUNS);
    assertThat(heard.fault()).contains("run.failed");
  }

  @Test
  void a_command_that_is_refused_ends_the_waiting() {
    Fans.Heard heard =
        driver.followMany(new SocketFollower.Scene(server.port(), "missing", RUNS, QUERY));

    assertThat(heard.lost()).isEqualTo(RUNS);
    assertThat(heard.fault()).contains("commands were refused");
  }

  @Test
  void nobody_waits_for_the_end_of_a_run_that_was_refused() {
    new Threads(driver, server, "one").make(1, 1);
    String path = Threads.path("one", 0);
    Target refused =
        new Target(
            server.port(), number -> path + "/runs", false, "{\"quarry\":\"\"}", TOKENS, TOKENS);

    Fans.Heard heard =
        driver.follow(
            new Fans.Scene(server.port(), path + "/events?after=0&follow=true", refused), 2, RUNS);

    assertThat(heard.lost()).isEqualTo(2 * RUNS);
    assertThat(heard.fault()).startsWith("status 400");
  }
}
