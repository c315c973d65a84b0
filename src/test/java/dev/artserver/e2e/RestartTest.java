package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A restart on the same data directory is invisible to clients.
class RestartTest {
  private static final String RUN = "{\"query\": \"What is 17% of 2,340?\"}";

  @TempDir Path data;

  @Test
  void everything_a_client_can_read_is_the_same_after_a_restart() {
    Map<String, JsonNode> before = new TreeMap<>();
    try (LiveServer server = start(Map.of())) {
      ApiClient api = new ApiClient(server.port());
      Reply made =
          api.post("/v1/threads", "{\"threadId\": \"t\", \"metadata\": {\"userId\": \"u\"}}")
              .join();
      assertThat(made.status()).as(made.text()).isEqualTo(201);
      api.post(
              "/v1/threads/t/messages",
              "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}")
          .join();
      api.merge("/v1/threads/t/state", "{\"mine\": {\"a\": 1}}").join();
      Reply run = api.post("/v1/threads/t/runs", RUN).join();
      assertThat(run.body().path("metadata").path("status").asText())
          .as(run.text())
          .isEqualTo("completed");
      String runId = run.body().path("metadata").path("runId").asText();
      paths(runId).forEach(path -> before.put(path, read(api, path)));
    }

    try (LiveServer server = start(Map.of())) {
      ApiClient api = new ApiClient(server.port());
      before.forEach((path, body) -> assertThat(read(api, path)).as(path).isEqualTo(body));
      assertThat(read(api, "/v1/threads?userId=someone").path("items")).isEmpty();
    }
  }

  @Test
  void an_idempotency_key_replays_the_first_answer_across_restarts() {
    Map<String, String> key = Map.of("Idempotency-Key", "k-1");
    Map<String, String> other = Map.of("Idempotency-Key", "k-2", "Prefer", "respond-async");
    Reply made;
    Reply run;
    try (LiveServer server = start(Map.of())) {
      ApiClient api = new ApiClient(server.port());
      made = api.send("POST", "/v1/threads", "{}", key).join();
      run = api.send("POST", runs(made), RUN, other).join();
      assertThat(List.of(made.status(), run.status())).containsExactly(201, 202);
    }

    try (LiveServer server = start(Map.of())) {
      ApiClient api = new ApiClient(server.port());
      Reply madeAgain = api.send("POST", "/v1/threads", "{}", key).join();
      Reply runAgain = api.send("POST", runs(made), RUN, other).join();
      Reply changed = api.send("POST", runs(made), "{\"query\": \"Else?\"}", other).join();

      assertThat(madeAgain.status()).isEqualTo(201);
      assertThat(madeAgain.body().path("threadId")).isEqualTo(made.body().path("threadId"));
      assertThat(runAgain.body().path("runId")).isEqualTo(run.body().path("runId"));
      assertThat(changed.status()).isEqualTo(409);
      assertThat(changed.body().path("code").asText()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
    }
  }

  @Test
  void idle_threads_are_passivated_and_load_again_unchanged() {
    try (LiveServer server = start(Map.of("threads.idleTimeout", "1s"))) {
      ApiClient api = new ApiClient(server.port());
      ApiClient management = new ApiClient(server.managementPort());
      for (int i = 0; i < 20; i++) {
        api.post("/v1/threads", "{\"threadId\": \"idle" + i + "\"}").join();
        api.merge("/v1/threads/idle" + i + "/state", "{\"n\": " + i + "}").join();
      }
      assertThat(resident(management)).isPositive();

      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> resident(management) == 0);

      for (int i = 0; i < 20; i++) {
        JsonNode state = read(api, "/v1/threads/idle" + i + "/state");
        assertThat(state.path("data").path("n").asInt()).isEqualTo(i);
        assertThat(state.path("version").asInt()).isEqualTo(1);
      }
    }
  }

  @Test
  void when_too_many_threads_are_in_memory_the_longest_idle_is_evicted() {
    try (LiveServer server = start(Map.of("threads.residentMax", "5"))) {
      ApiClient api = new ApiClient(server.port());
      ApiClient management = new ApiClient(server.managementPort());

      for (int i = 0; i < 30; i++) {
        api.post("/v1/threads", "{\"threadId\": \"many" + i + "\"}").join();
      }

      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> resident(management) <= 5);
      assertThat(read(api, "/v1/threads/many0/state").path("version").asInt()).isZero();
    }
  }

  private LiveServer start(Map<String, String> more) {
    Map<String, String> keys = new TreeMap<>(more);
    keys.put("store.directory", data.toString());
    keys.put("providers.demo.tokenDelay", "0ms");
    return LiveServer.start(keys);
  }

  private static Stream<String> paths(String runId) {
    return Stream.of(
        "/v1/threads/t",
        "/v1/threads/t/state",
        "/v1/threads/t/messages",
        "/v1/threads/t/observations",
        "/v1/threads/t/runs",
        "/v1/threads/t/runs/" + runId,
        "/v1/threads/t/events?limit=200",
        "/v1/threads?userId=u",
        "/v1/threads?metadata.userId=u&status=idle");
  }

  private static String runs(Reply made) {
    return "/v1/threads/" + made.body().path("threadId").asText() + "/runs";
  }

  private static JsonNode read(ApiClient api, String path) {
    Reply reply = api.get(path);
    assertThat(reply.status()).as(path + ": " + reply.text()).isEqualTo(200);
    return reply.body();
  }

  private static int resident(ApiClient management) {
    return management
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("art_threads_resident "))
        .map(line -> (int) Double.parseDouble(line.split(" ")[1]))
        .findFirst()
        .orElseThrow();
  }
}
