package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Admission under load, seen over HTTP.
class AdmissionTest {
  private static final String SUM = "What is 17% of 2,340?";
  private final LiveServer server =
      LiveServer.start(
          Map.of(
              "store.kind", "memory",
              "pool.maxConcurrentThreads", "1",
              "pool.maxQueueSize", "3",
              "providers.demo.tokenDelay", "10ms"));
  private final ApiClient api = new ApiClient(server.port());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void users_take_turns_and_explain_names_each_runs_place() {
    String stalled = start("holder", "crowd", "{\"query\": \"[[demo:stall]]\"}");
    awaitStatus("holder", stalled, "running");
    String first = start("c1", "crowd", "{\"query\": \"hello\"}");
    String second = start("c2", "crowd", "{\"query\": \"hello\"}");
    String single = start("a1", "ada", "{\"query\": \"hello\"}");
    await().until(() -> pool().at("/queued/normal").asInt() == 3);

    Reply refused = api.post("/v1/runs", "{\"query\": \"hello\", \"threadId\": \"late\"}").join();
    List<JsonNode> why =
        List.of(explain("c1", first), explain("a1", single), explain("c2", second));
    JsonNode holder = explain("holder", stalled);
    api.post("/v1/threads/holder/runs/" + stalled + "/cancel", "").join();

    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body().path("code").asText()).isEqualTo("POOL_FULL");
    assertThat(api.get("/v1/threads/late").status()).isEqualTo(404);
    assertThat(why).allMatch(one -> one.path("reason").asText().equals("admission"));
    assertThat(why.stream().map(one -> one.path("position").asInt())).containsExactly(1, 2, 3);
    assertThat(holder.path("reason").asText()).isEqualTo("model");
    Map<String, Instant> started = new HashMap<>();
    Map.of("c1", first, "a1", single, "c2", second)
        .forEach((thread, run) -> started.put(thread, startOf(thread, run)));
    assertThat(started.get("a1")).isBetween(started.get("c1"), started.get("c2"));
  }

  @Test
  void an_urgent_run_goes_first_and_the_preempted_run_loses_nothing() {
    String low = runningAndYielding();

    CompletableFuture<Reply> urgent =
        api.post(
            "/v1/runs", "{\"query\": \"hello\", \"threadId\": \"fast\", \"priority\": \"urgent\"}");

    JsonNode fast = urgent.join().body();
    assertThat(fast.at("/metadata/status").asText()).isEqualTo("completed");
    awaitStatus("slow", low, "completed");
    JsonNode slow = api.get("/v1/threads/slow/runs/" + low).body();
    assertThat(slow.at("/response/content").asText()).contains("397.8");
    assertThat(slow.path("attempt").asInt()).isEqualTo(1);
    assertThat(slow.path("partial").asBoolean()).isFalse();
    assertThat(pool().path("yielded").asInt()).isPositive();
    JsonNode monitored = api.get("/v1/monitor/threads/slow").body();
    assertThat(monitored.path("status").asText()).isEqualTo("completed");
    assertThat(monitored.path("llmCalls").asInt()).isEqualTo(slow.path("llmCalls").asInt());
    assertThat(monitored.path("memoryUsage").asInt()).isPositive();
  }

  @Test
  void a_preempted_run_is_queued_until_it_resumes() {
    String low = runningAndYielding();
    String urgent =
        start("fast", "bob", "{\"query\": \"[[demo:stall]]\", \"priority\": \"urgent\"}");
    awaitStatus("fast", urgent, "running");

    JsonNode waiting = api.get("/v1/threads/slow/runs/" + low).body();
    JsonNode why = explain("slow", low);
    JsonNode thread = api.get("/v1/threads/slow").body();
    JsonNode monitored = api.get("/v1/monitor/threads/slow").body();
    api.post("/v1/threads/fast/runs/" + urgent + "/cancel", "").join();
    awaitStatus("slow", low, "completed");

    assertThat(waiting.path("status").asText()).isEqualTo("queued");
    assertThat(waiting.path("attempt").asInt()).isEqualTo(1);
    assertThat(why.path("status").asText()).isEqualTo("queued");
    assertThat(why.path("reason").asText()).isEqualTo("admission");
    assertThat(why.path("position").asInt()).isEqualTo(1);
    assertThat(thread.path("status").asText()).isEqualTo("queued");
    assertThat(monitored.path("status").asText()).isEqualTo("queued");
    List<String> types =
        api.log("slow").stream()
            .map(fact -> fact.path("event").asText())
            .filter(type -> type.equals("run.yielded") || type.equals("run.started"))
            .toList();
    assertThat(types).containsExactly("run.started", "run.yielded", "run.started");
    assertThat(api.get("/v1/threads/slow/runs/" + low).body().path("attempt").asInt()).isEqualTo(1);
  }

  @Test
  void a_full_pool_accepts_a_run_that_interrupts_another_since_that_frees_a_slot() {
    String stalled = start("holder", "crowd", "{\"query\": \"[[demo:stall]]\"}");
    awaitStatus("holder", stalled, "running");
    for (String thread : List.of("w1", "w2", "w3")) {
      start(thread, "crowd", "{\"query\": \"hello\"}");
    }
    await().until(() -> pool().at("/queued/normal").asInt() == 3);

    String next = start("holder", "ada", "{\"query\": \"hello\", \"onBusy\": \"interrupt\"}");

    awaitStatus("holder", next, "completed");
    assertThat(api.get("/v1/threads/holder/runs/" + stalled).body().path("status").asText())
        .isEqualTo("interrupted");
  }

  /// Once, each saw room while earlier runs were still being written. Runs that then found none
  /// retried every second.
  @Test
  void of_many_simultaneous_runs_only_as_many_as_fit_are_accepted(@TempDir Path directory) {
    Map<String, String> durable =
        Map.of(
            "store.kind", "file",
            "store.directory", directory.toString(),
            "pool.maxConcurrentThreads", "1",
            "pool.maxQueueSize", "3");
    try (LiveServer full = LiveServer.start(durable)) {
      ApiClient client = new ApiClient(full.port());
      List<CompletableFuture<Reply>> all =
          IntStream.range(0, 60)
              .mapToObj(i ->
                  client.send(
                      "POST",
                      "/v1/runs",
                      "{\"query\": \"[[demo:stall]]\", \"threadId\": \"t" + i + "\"}",
                      Map.of("Prefer", "respond-async")))
              .toList();

      List<Integer> statuses = all.stream().map(reply -> reply.join().status()).toList();

      assertThat(statuses).filteredOn(status -> status == 202).hasSize(4);
      assertThat(statuses).filteredOn(status -> status == 503).hasSize(56);
      JsonNode pool = client.get("/v1/pool").body();
      assertThat(pool.path("active").asInt()).isEqualTo(1);
      assertThat(pool.at("/queued/normal").asInt()).isEqualTo(3);
    }
  }

  /// A load limit of 2 % makes any server overloaded.
  @Test
  void under_overload_a_run_is_refused_and_leaves_nothing_behind() {
    Map<String, String> timid =
        Map.of(
            "store.kind", "memory",
            "pool.maxConcurrentThreads", "1",
            "load.adaptive", "true",
            "load.scaleUpThreshold", "2",
            "load.scaleDownThreshold", "1");
    try (LiveServer overloaded = LiveServer.start(timid)) {
      ApiClient client = new ApiClient(overloaded.port());
      client
          .send(
              "POST",
              "/v1/runs",
              "{\"query\": \"[[demo:stall]]\"}",
              Map.of("Prefer", "respond-async"))
          .join();
      await().until(() -> client.get("/v1/pool").body().path("active").asInt() == 1);
      await().until(() -> client.get("/v1/load").body().path("shouldThrottle").asBoolean());

      Reply refused =
          client.post("/v1/runs", "{\"query\": \"hello\", \"threadId\": \"late\"}").join();

      assertThat(refused.status()).as(refused.text()).isEqualTo(503);
      assertThat(refused.body().path("code").asText()).isEqualTo("OVERLOADED");
      assertThat(refused.body().path("retryAfterMs").asInt()).isPositive();
      assertThat(client.get("/v1/threads/late").status()).isEqualTo(404);
      assertThat(client.get("/v1/pool").body().at("/queued/normal").asInt()).isZero();
    }
  }

  /// A run on the thread `slow` that is running and may be preempted by urgent runs.
  private String runningAndYielding() {
    String low =
        start(
            "slow",
            "ada",
            "{\"query\": \"" + SUM + "\", \"priority\": \"low\", \"preemptionAllowed\": true}");
    awaitStatus("slow", low, "running");
    return low;
  }

  private String start(String thread, String user, String body) {
    api.post(
            "/v1/threads",
            "{\"threadId\": \"" + thread + "\", \"metadata\": {\"userId\": \"" + user + "\"}}")
        .join();
    Reply accepted =
        api.send("POST", "/v1/threads/" + thread + "/runs", body, Map.of("Prefer", "respond-async"))
            .join();
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    return accepted.body().path("runId").asText();
  }

  private void awaitStatus(String thread, String run, String status) {
    String path = "/v1/threads/" + thread + "/runs/" + run;
    await().until(() -> api.get(path).body().path("status").asText().equals(status));
  }

  private JsonNode explain(String thread, String run) {
    return api.get("/v1/threads/" + thread + "/runs/" + run + "/explain").body();
  }

  private Instant startOf(String thread, String run) {
    awaitStatus(thread, run, "completed");
    return Instant.parse(
        api.get("/v1/threads/" + thread + "/runs/" + run).body().path("startedAt").asText());
  }

  private JsonNode pool() {
    return api.get("/v1/pool").body();
  }
}
