package dev.artserver.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.ServerProcess;
import dev.artserver.app.server.StartException;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CommandsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Integer> exits = new CopyOnWriteArrayList<>();
  private final List<ServerConfig> configs = new ArrayList<>();

  @Test
  void help_names_every_command() {
    int code = commands(new FakeServer()).run(List.of("help"));

    assertThat(code).isZero();
    assertThat(text(out)).contains("serve", "demo", "config", "test", "version");
  }

  @Test
  void wrong_use_is_one_line_and_2() {
    int code = commands(new FakeServer()).run(List.of("dance"));

    assertThat(code).isEqualTo(2);
    assertThat(text(err)).isEqualTo("art: there is no command 'dance'; see: art help\n");
  }

  @Test
  void a_configuration_that_cannot_be_used_is_a_line_for_each_fault_and_2() {
    int code =
        commands(new FakeServer(), Map.of("ART_POOL_MAX_QUEUE_SIZE", "x"))
            .run(List.of("serve", "--port", "-1"));

    assertThat(code).isEqualTo(2);
    assertThat(text(err)).hasLineCount(2).contains("--port: ", "ART_POOL_MAX_QUEUE_SIZE");
    assertThat(configs).isEmpty();
  }

  @Test
  void serving_ends_with_0_when_told_to_stop() {
    FakeServer server = FakeServer.listeningOn(1);

    int code = commands(server).run(List.of("serve", "--port", "9000"));

    assertThat(code).isZero();
    assertThat(server.stops).hasValue(1);
    Awaitility.await().untilAsserted(() -> assertThat(exits).containsExactly(0));
    assertThat(configs).extracting(config -> config.server().port()).containsExactly(9000);
  }

  @Test
  void a_server_that_stops_badly_ends_with_1() {
    FakeServer server = new FakeServer();
    server.started.complete(new ServerProcess.Listening("h", 1, "h", 2));
    server.stopped.fail(new FailureException(new Failure.StorageFailed("disk full")));

    int code = commands(server).run(List.of("serve"));

    assertThat(code).isEqualTo(1);
  }

  @Test
  void a_server_that_cannot_start_is_one_line_and_1_and_is_freed() {
    FakeServer server = new FakeServer();
    server.started.fail(new StartException("server.port: cannot listen\non 127.0.0.1:80"));
    server.stopped.complete();

    int code = commands(server).run(List.of("serve"));

    assertThat(code).isEqualTo(1);
    assertThat(text(err)).isEqualTo("art: server.port: cannot listen on 127.0.0.1:80\n");
    assertThat(server.stops).hasValue(1);
  }

  @Test
  void an_unforeseen_failure_to_start_is_one_line_too() {
    FakeServer server = new FakeServer();
    server.started.fail(new IllegalStateException("no"));
    server.stopped.complete();

    int code = commands(server).run(List.of("serve"));

    assertThat(code).isEqualTo(1);
    assertThat(text(err)).hasLineCount(1).contains("IllegalStateException: no");
  }

  @Test
  void a_demo_whose_server_refuses_its_runs_says_why_and_ends_with_1() {
    Vertx vertx = Vertx.vertx();
    try {
      HttpServer api =
          vertx
              .createHttpServer()
              .requestHandler(request ->
                  FireAndForget.logged(
                      request.response().setStatusCode(503).end("{}"), "refuse a run"))
              .listen(0, "127.0.0.1")
              .await();

      int code =
          commands(FakeServer.listeningOn(api.actualPort())).run(List.of("demo", "--threads", "3"));

      assertThat(code).isEqualTo(1);
      assertThat(text(out)).contains("0 of 3", "thread demo-2 ended: 503", "0 of 3 logs whole");
    } finally {
      vertx.close().await();
    }
  }

  private Commands commands(FakeServer server) {
    return commands(server, Map.of());
  }

  private Commands commands(FakeServer server, Map<String, String> environment) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Commands(
        CommandsTest.class,
        console,
        environment,
        new Logging(new LoggerContext()),
        config -> {
          configs.add(config);
          return server;
        },
        stop -> {
          // As a signal that comes before the server has started.
          Thread.ofVirtual().start(() -> exits.add(stop.getAsInt()));
          return () -> {};
        });
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
