package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalsTest {
  private static final ApiUnderTest server =
      new ApiUnderTest(ApiUnderTest.config(2_048, 100, 100, 10));
  private static final ThreadId T1 = new ThreadId("t-1");

  @BeforeAll
  static void create() {
    server.threads.create("t-1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void an_unknown_path_is_not_found() {
    var reply = server.get("/v2/threads");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.code()).isEqualTo("NOT_FOUND");
    assertThat(reply.json().get("type").asText()).isEqualTo("urn:art-server:problem:not-found");
    assertThat(reply.json().get("title").asText()).isEqualTo("Not found");
  }

  @Test
  void a_wrong_method_is_answered_with_the_allowed_ones() {
    var reply = server.call("PUT", "/v1/threads/t-1", Map.of(), null);
    var options = server.call("OPTIONS", "/v1/threads/t-1/state", Map.of(), null);

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.code()).isEqualTo("METHOD_NOT_ALLOWED");
    assertThat(reply.headers().get("Allow")).isEqualTo("DELETE, GET, PATCH");
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.headers().get("Allow")).isEqualTo("GET, PATCH, PUT");
  }

  @Test
  void a_request_that_accepts_no_possible_answer_is_refused() {
    var reply = server.get("/v1/version", Map.of("Accept", "text/html, application/json;q=0"));

    assertThat(reply.status()).isEqualTo(406);
    assertThat(reply.code()).isEqualTo("NOT_ACCEPTABLE");
  }

  @Test
  void a_body_of_another_type_is_refused() {
    for (String type : List.of("text/plain", "application/json; charset=latin1")) {
      var reply = server.call("POST", "/v1/threads", Map.of("Content-Type", type), "{}");

      assertThat(reply.status()).isEqualTo(415);
      assertThat(reply.headers().get("Accept-Post")).isEqualTo("application/json");
    }
    var encoded =
        server.call(
            "POST",
            "/v1/threads",
            Map.of("Content-Type", "application/json", "Content-Encoding", "gzip"),
            "{}");
    assertThat(encoded.status()).isEqualTo(415);
  }

  @Test
  void a_body_too_large_is_refused() {
    var reply = server.post("/v1/threads", "{\"metadata\":{\"a\":\"" + "x".repeat(3_000) + "\"}}");

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.code()).isEqualTo("BODY_TOO_LARGE");
    assertThat(reply.json().get("detail").asText())
        .isEqualTo("the body must have at most 2048 bytes");
  }

  private static Stream<List<String>> wrongBodies() {
    return Stream.of(
        List.of("{\"query\":7}", "/query"),
        List.of("{}", "/query"),
        List.of("{\"query\":\"\"}", "/query"),
        List.of("{\"query\":\"q\",\"qeury\":1}", "/qeury"),
        List.of("{\"query\":\"q\",\"priority\":\"asap\"}", "/priority"),
        List.of("{\"query\":\"q\",\"timeoutMs\":1.5}", "/timeoutMs"),
        List.of("{\"query\":\"q\",\"timeoutMs\":0}", "/timeoutMs"),
        List.of(
            "{\"query\":\"q\",\"config\":{\"provider\":{\"a/b~\":1}}}", "/config/provider/a~1b~0"),
        List.of(
            "{\"query\":\"q\",\"options\":{\"provider\":{\"name\":\"x\"}}}",
            "/options/provider/model"),
        List.of("{\"query\":\"q\",\"metadata\":{\"a\":1}}", "/metadata/a"),
        List.of("[]", ""),
        List.of("{\"query\":\"q\"} {}", ""),
        List.of("{\"query\":\"q\",\"query\":\"r\"}", ""),
        List.of("{\"query\":", ""),
        List.of(" ", ""),
        List.of("[".repeat(500), ""));
  }

  @ParameterizedTest
  @MethodSource("wrongBodies")
  void a_body_that_breaks_the_contract_is_refused_with_pointers(List<String> wrong) {
    var reply = server.post("/v1/threads/t-1/runs", wrong.getFirst());

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.code()).isEqualTo("INVALID_REQUEST");
    assertThat(reply.json().at("/errors/0/pointer").asText()).isEqualTo(wrong.getLast());
  }

  @Test
  void a_required_body_that_is_missing_is_refused() {
    var reply =
        server.call("POST", "/v1/threads", Map.of("Content-Type", "application/json"), null);

    assertThat(reply.status()).isEqualTo(400);
  }

  private static Stream<List<String>> wrongParameters() {
    return Stream.of(
        List.of("/v1/threads?limt=5", "limt"),
        List.of("/v1/threads?limit=0", "limit"),
        List.of("/v1/threads?limit=x", "limit"),
        List.of("/v1/threads?limit=1&limit=2", "limit"),
        List.of("/v1/threads?status=busy", "status"),
        List.of("/v1/threads/t%20x", "threadId"),
        List.of("/v1/threads/" + "x".repeat(129), "threadId"),
        List.of("/v1/threads/t-1/events?types=nope", "types/0"),
        List.of("/v1/threads/t-1/events?tokens=maybe", "tokens"),
        List.of("/v1/threads/t-1/runs?cursor=x", "cursor"),
        List.of("/v1/threads/t-1/observations?after=-1", "after"));
  }

  @ParameterizedTest
  @MethodSource("wrongParameters")
  void a_parameter_that_breaks_the_contract_is_named(List<String> wrong) {
    var reply = server.get(wrong.getFirst());

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().at("/errors/0/pointer").asText()).isEqualTo(wrong.getLast());
  }

  @Test
  void an_invalid_key_is_refused() {
    var reply =
        server.call(
            "POST",
            "/v1/threads",
            Map.of("Content-Type", "application/json", "Idempotency-Key", "a b"),
            "{}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().at("/errors/0/pointer").asText()).isEqualTo("Idempotency-Key");
  }

  @Test
  void a_page_of_another_site_may_not_change_things() {
    Map<String, String> evil =
        Map.of("Content-Type", "application/json", "Origin", "https://evil.example");
    Map<String, String> friend =
        Map.of("Content-Type", "application/json", "Origin", "https://friend.example");
    Map<String, String> own =
        Map.of("Content-Type", "application/json", "Origin", "http://127.0.0.1:" + server.port);

    assertThat(server.call("POST", "/v1/threads", evil, "{}").status()).isEqualTo(403);
    assertThat(server.call("POST", "/v1/threads", friend, "{}").status()).isEqualTo(201);
    assertThat(server.call("POST", "/v1/threads", own, "{}").status()).isEqualTo(201);
  }

  @Test
  void a_bug_of_ours_shows_nothing_of_itself() {
    server.threads.refuse(new IllegalStateException("secret path /etc/x"));

    var reply = server.get("/v1/threads/t-1");

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.code()).isEqualTo("UNKNOWN_ERROR");
    assertThat(reply.text()).doesNotContain("secret");
  }

  private static Stream<Failure> failures() {
    return Stream.of(
        new Failure.ThreadBusy(T1, new RunId("r_9")),
        new Failure.Fenced(T1, 3),
        new Failure.OwnedElsewhere(T1),
        new Failure.TimedOut("QUEUE_TIMEOUT", "admission", Duration.ofSeconds(1)),
        new Failure.TimedOut("RUN_TIMEOUT", "the run", Duration.ofSeconds(1)),
        new Failure.ProviderError("p", 429, "slow down", Duration.ofSeconds(9)),
        new Failure.ProviderError("p", 500, "broken", null),
        new Failure.AgentFailed("PLANNING_FAILED", "no plan"),
        new Failure.Cancelled("by user"),
        new Failure.StorageFailed("disk full"),
        new Failure.StorageInDoubt("commit failed"),
        new Failure.Stopping(),
        new Failure.Internal("bug"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void every_failure_becomes_a_problem_with_its_status_and_code(Failure failure) {
    server.threads.refuse(failure);

    var reply = server.get("/v1/threads/t-1/state");

    assertThat(reply.status()).isEqualTo(failure.status());
    assertThat(reply.code()).isEqualTo(failure.code());
    assertThat(reply.json().get("status").asInt()).isEqualTo(failure.status());
    assertThat(reply.headers().contains("Retry-After")).isEqualTo(failure.retryAfter().isPresent());
  }

  private String raw(String request) {
    NetSocket socket = server.connect();
    Buffer heard = Buffer.buffer();
    Future<Void> closed =
        Future.future(end -> {
          socket.handler(heard::appendBuffer);
          socket.closeHandler(ignored -> end.complete());
        });
    FireAndForget.harmless(socket.write(request), "the server may close first");
    ApiUnderTest.await(closed);
    return heard.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_request_that_is_not_http_is_refused_as_a_problem() {
    String longLine = raw("GET /" + "x".repeat(3_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    String largeHeader =
        raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(5_000) + "\r\n\r\n");
    String nonsense = raw("GET / HTTP/1.1\r\nno colon\u0000 here\r\n\r\n");

    assertThat(longLine).contains(" 414 ").contains("\"code\":\"URI_TOO_LONG\"");
    assertThat(largeHeader).contains(" 431 ").contains("\"code\":\"HEADERS_TOO_LARGE\"");
    assertThat(nonsense).contains(" 400 ").contains("\"code\":\"INVALID_REQUEST\"");
  }

  @Test
  void connections_beyond_the_limit_are_refused_and_closed() {
    try (ApiUnderTest small = new ApiUnderTest(ApiUnderTest.config(2_048, 1, 10, 10))) {
      NetSocket first = small.connect();
      FireAndForget.logged(
          first.write("POST /v1/threads HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"),
          "send a request");
      await().until(() -> small.api.connections() == 1);

      var refused = small.get("/v1/version");
      FireAndForget.logged(first.close(), "close a socket");
      await().until(() -> small.api.connections() == 0);
      var served = small.get("/v1/version");

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("OVERLOADED");
      assertThat(served.status()).isEqualTo(200);
    }
  }

  @Test
  void a_server_that_stops_answers_waiting_requests() {
    ApiUnderTest stopping = new ApiUnderTest();
    stopping.threads.create("t-1");
    Future<ApiUnderTest.Reply> waiting =
        stopping.send(
            "POST",
            "/v1/threads/t-1/runs",
            Map.of("Content-Type", "application/json"),
            "{\"query\":\"q\"}");
    await().until(() -> stopping.threads.followers(T1) == 1);

    ApiUnderTest.await(stopping.undeploy());

    var reply = ApiUnderTest.await(waiting);
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("SHUTTING_DOWN");
    assertThat(reply.json().get("runId").asText()).isEqualTo("r_1");
    stopping.close();
  }
}
