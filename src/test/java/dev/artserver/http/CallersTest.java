package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Caller;
import dev.artserver.thread.ThreadCommand;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each command of a client carries its caller, and a caller's idempotency keys are its own.
class CallersTest {
  private static final Caller ADA = new Caller("ada", Set.of("user"), null);
  private static final Map<String, String> AS_ADA =
      Map.of("Content-Type", "application/json", "Authorization", "ada");
  private static final String RUN = "{\"query\":\"q\",\"onDisconnect\":\"cancel\"}";

  private final ApiUnderTest server = new ApiUnderTest();

  @BeforeEach
  void create() {
    server.authenticator = CallersTest::callerOf;
    server.threads.create("t-1");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Future<Caller> callerOf(RequestHead head) {
    String name = head.header("authorization");
    return Future.succeededFuture(
        name == null ? Caller.ANONYMOUS : new Caller(name, Set.of("user"), null));
  }

  @Test
  void every_command_of_a_request_is_its_callers() {
    Map<String, String> merge =
        Map.of("Content-Type", "application/merge-patch+json", "Authorization", "ada");

    server.call("POST", "/v1/threads", AS_ADA, "{\"threadId\":\"t-2\"}");
    server.call("PATCH", "/v1/threads/t-1", merge, "{\"metadata\":{\"a\":\"b\"}}");
    server.call("PATCH", "/v1/threads/t-1/state", merge, "{\"a\":1}");
    server.call(
        "POST",
        "/v1/threads/t-1/messages",
        AS_ADA,
        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    server.call("POST", "/v1/threads/t-1/runs/r_1/cancel", AS_ADA, null);
    server.call("PUT", "/v1/threads/t-1/tools/calculator", AS_ADA, null);
    server.call("DELETE", "/v1/threads/t-2", AS_ADA, null);

    assertThat(server.threads.commands()).hasSizeGreaterThanOrEqualTo(6);
    assertThat(server.threads.commands()).extracting(ThreadCommand::caller).containsOnly(ADA);
  }

  @Test
  void without_a_name_a_caller_is_anonymous() {
    server.post("/v1/threads", "{}");

    assertThat(server.threads.commands())
        .extracting(ThreadCommand::caller)
        .containsExactly(Caller.ANONYMOUS);
  }

  @Test
  void the_commands_of_a_socket_are_the_callers_who_opened_it() {
    var socket =
        ApiUnderTest.await(
            server.webSockets.connect(
                new WebSocketConnectOptions()
                    .setHost("127.0.0.1")
                    .setPort(server.port)
                    .setURI("/v1/ws")
                    .putHeader("Authorization", "ada")));
    ApiUnderTest.await(
        socket.writeTextMessage(
            "{\"type\":\"run\",\"id\":1,\"threadId\":\"t-1\"," + RUN.substring(1)));
    await().until(() -> server.threads.commands(ThreadCommand.StartRun.class).size() == 1);

    ApiUnderTest.await(socket.close());

    await().until(() -> server.threads.commands(ThreadCommand.CancelRun.class).size() == 1);
    assertThat(server.threads.commands()).extracting(ThreadCommand::caller).containsOnly(ADA);
  }

  @Test
  void a_client_that_leaves_cancels_its_run_under_its_own_name() {
    var request = ApiUnderTest.await(server.request("POST", "/v1/threads/t-1/runs", AS_ADA));
    Future<?> answer = request.send(RUN);
    await().until(() -> server.threads.commands(ThreadCommand.StartRun.class).size() == 1);

    ApiUnderTest.await(request.connection().close());

    await().until(() -> server.threads.commands(ThreadCommand.CancelRun.class).size() == 1);
    assertThat(server.threads.commands()).extracting(ThreadCommand::caller).containsOnly(ADA);
    await().until(answer::failed);
  }

  @Test
  void one_key_of_two_callers_makes_two_threads() {
    Map<String, String> ada =
        Map.of("Content-Type", "application/json", "Authorization", "ada", "Idempotency-Key", "k");
    Map<String, String> bob =
        Map.of("Content-Type", "application/json", "Authorization", "bob", "Idempotency-Key", "k");

    var first = server.call("POST", "/v1/threads", ada, "{}");
    var second = server.call("POST", "/v1/threads", bob, "{}");
    var again = server.call("POST", "/v1/threads", ada, "{}");

    assertThat(List.of(first.status(), second.status())).containsExactly(201, 201);
    assertThat(second.json().path("threadId")).isNotEqualTo(first.json().path("threadId"));
    assertThat(again.text()).isEqualTo(first.text());
  }
}
