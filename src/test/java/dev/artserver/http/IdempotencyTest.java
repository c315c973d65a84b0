package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.OperationKey;
import dev.artserver.thread.ThreadCommand;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One request has one fingerprint, however it comes.
class IdempotencyTest {
  private static final Map<String, String> KEY =
      Map.of("Content-Type", "application/json", "Idempotency-Key", "k", "Prefer", "respond-async");
  private static final String PATH = "/v1/threads/t-1/runs";

  private final ApiUnderTest server = new ApiUnderTest();

  @BeforeEach
  void create() {
    server.threads.create("t-1");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"query\":\"q\"}|\"query\":\"q\"",
        "{ \"query\": \"q\", \"priority\": \"high\" }|\"priority\":\"high\",\"query\":\"q\"",
        "{\"query\":\"🐎\"}|\"query\":\"\\ud83d\\udc0e\"",
        "{\"query\":\"q\",\"options\":{\"llmParams\":{\"b\":[1,2.5],\"a\":null}}}"
            + "|\"options\":{\"llmParams\":{\"a\":null,\"b\":[1,2.5]}},\"query\":\"q\"",
      })
  void a_run_is_the_same_request_through_rest_and_websocket(String rest, String members) {
    var first = server.call("POST", PATH, KEY, rest);
    SocketClient socket = new SocketClient(server);

    var again = socket.ask(run(1, members));

    assertThat(first.status()).isEqualTo(202);
    assertThat(again.path("type").asText()).as(again.toString()).isEqualTo("ack");
    assertThat(again.path("runId")).isEqualTo(first.json().path("runId"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"query\":\"other\"}",
        "{\"query\":\"q\",\"priority\":\"high\"}",
        "{\"query\":\"q\",\"timeoutMs\":1000}",
        "{\"query\":\"q\",\"ifNotExists\":\"create\"}",
        "{\"query\":[{\"type\":\"text\",\"text\":\"q\"}]}",
      })
  void another_request_with_the_same_key_is_refused_through_either(String other) {
    server.call("POST", PATH, KEY, "{\"query\":\"q\"}");
    SocketClient socket = new SocketClient(server);

    var rest = server.call("POST", PATH, KEY, other);
    var message = socket.ask(run(1, other.substring(1, other.length() - 1)));

    assertThat(rest.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    assertThat(message.at("/problem/code").asText()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void a_run_that_creates_its_thread_is_the_same_request_by_either_path() {
    String body = "{\"threadId\":\"new\",\"query\":\"q\"}";
    var first = server.call("POST", "/v1/runs", KEY, body);

    var again =
        server.call(
            "POST", "/v1/threads/new/runs", KEY, "{\"query\":\"q\",\"ifNotExists\":\"create\"}");

    assertThat(again.status()).isEqualTo(202);
    assertThat(again.json().path("runId")).isEqualTo(first.json().path("runId"));
  }

  @Test
  void the_version_an_update_expects_is_part_of_the_request() {
    Map<String, String> plain = merge(Map.of());
    server.call("PATCH", "/v1/threads/t-1/state", plain, "{\"a\":1}");

    var other =
        server.call(
            "PATCH", "/v1/threads/t-1/state", merge(Map.of("If-Match", "\"0\"")), "{\"a\":1}");
    var again = server.call("PATCH", "/v1/threads/t-1/state", plain, "{ \"a\": 1 }");

    assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    assertThat(again.status()).isEqualTo(200);
  }

  @Test
  void a_request_with_an_api_key_can_be_retried() {
    String body = "{\"config\":{\"provider\":{\"apiKey\":\"sk-0815\"}}}";

    var first = server.call("POST", "/v1/threads", KEY, body);
    var again = server.call("POST", "/v1/threads", KEY, body);

    // A key is sealed anew each time, so the digest must not be of the sealed key.
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(first.text());
  }

  @Test
  void one_patch_of_another_kind_is_another_request() {
    server.call("PATCH", "/v1/threads/t-1/state", merge(Map.of()), "{\"operations\":[]}");

    var batch =
        server.call(
            "POST",
            "/v1/threads/t-1/state/batch",
            Map.of("Content-Type", "application/json", "Idempotency-Key", "k"),
            "{\"operations\":[{\"op\":\"remove\",\"path\":\"/a\"}]}");

    assertThat(batch.code()).as(batch.text()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void a_request_still_has_the_fingerprint_that_earlier_releases_stored() throws Exception {
    String body = "{ \"query\" : \"q\" }";

    server.call("POST", PATH, KEY, body);
    new SocketClient(server)
        .ask(
            "{\"type\":\"run\",\"id\":7,\"idempotencyKey\":\"w\",\"threadId\":\"t-1\",\"query\":\"q\"}");

    var keys =
        server.threads.commands(ThreadCommand.StartRun.class).stream()
            .map(ThreadCommand.StartRun::operation)
            .toList();
    OperationKey storedByRest =
        new OperationKey("k", digest("POST", PATH, "application/json", body));
    OperationKey storedBySocket =
        new OperationKey(
            "w", digest("WS", "{\"type\":\"run\",\"threadId\":\"t-1\",\"query\":\"q\"}"));
    assertThat(keys.get(0).sameRequest(storedByRest)).isTrue();
    assertThat(keys.get(1).sameRequest(storedBySocket)).isTrue();
    assertThat(keys.get(0).stored().fingerprint()).startsWith("2:");
  }

  /// The digest of releases without a mark.
  private static String digest(String... parts) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((String.join("\n", parts) + "\n").getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
  }

  private static Map<String, String> merge(Map<String, String> more) {
    var headers = new java.util.HashMap<>(more);
    headers.put("Content-Type", "application/merge-patch+json");
    headers.put("Idempotency-Key", "k");
    return headers;
  }

  private static String run(int id, String members) {
    return "{\"type\":\"run\",\"id\":"
        + id
        + ",\"idempotencyKey\":\"k\",\"threadId\":\"t-1\","
        + members
        + "}";
  }
}
