package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `explain` says why a running run waits for its provider.
class ProviderWaitTest {
  /// Longer than any test.
  private static final Script ENDLESS = Script.stream().role().pause(Duration.ofMinutes(10));

  private static final Script UNWELL = Script.error(503, "{}", Map.of());
  private static final Script UNWELL_FOR_LONG =
      Script.error(503, "{}", Map.of("Retry-After", "300"));
  private static final Script TOO_MANY = Script.error(429, "{}", Map.of("Retry-After", "3600"));
  private static final int HOUR_MS = 3_600_000;

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @Test
  void explain_names_the_place_and_the_limit_of_a_wait_for_a_permit() throws Exception {
    try (LiveServer server = server(ENDLESS, Map.of("providers.demo.parallelMax", "1"))) {
      ApiClient api = new ApiClient(server.port());
      String holder = start(api, "t1", "normal");
      await().until(() -> reason(api, "t1", holder).equals("model"));
      String low = start(api, "t2", "low");
      await().until(() -> reason(api, "t2", low).equals("provider-queue"));
      String urgent = start(api, "t3", "urgent");
      await().until(() -> reason(api, "t3", urgent).equals("provider-queue"));

      JsonNode second = explain(api, "t2", low);
      JsonNode first = explain(api, "t3", urgent);
      api.post("/v1/threads/t1/runs/" + holder + "/cancel", "").join();
      await().until(() -> reason(api, "t3", urgent).equals("model"));

      assertThat(first.path("position").asInt()).isEqualTo(1);
      assertThat(second.path("position").asInt()).isEqualTo(2);
      assertThat(second.path("status").asText()).isEqualTo("running");
      assertThat(second.path("limit").asText()).isEqualTo("parallelMax");
      assertThat(second.path("limitOf").asText()).isEqualTo("provider");
      assertThat(second.path("model").asText()).isEqualTo("demo-1");
      assertThat(second.at("/provider/name").asText()).isEqualTo("demo");
      assertThat(second.at("/provider/waiting").asInt()).isEqualTo(2);
      JsonNode left = explain(api, "t2", low);
      assertThat(left.path("position").asInt()).isEqualTo(1);
      assertThat(left.path("estimateMs").asInt()).isPositive();
    }
  }

  @Test
  void explain_names_a_wait_for_the_next_minute() throws Exception {
    Map<String, String> keys = Map.of("providers.demo.rate.requestsPerMinute", "1");
    try (LiveServer server = server(ENDLESS, keys)) {
      ApiClient api = new ApiClient(server.port());
      String first = start(api, "t1", "normal");
      await().until(() -> reason(api, "t1", first).equals("model"));
      String second = start(api, "t2", "normal");
      await().until(() -> reason(api, "t2", second).equals("provider-queue"));

      JsonNode why = explain(api, "t2", second);

      assertThat(why.path("limit").asText()).isEqualTo("requestsPerMinute");
      assertThat(why.path("limitOf").asText()).isEqualTo("provider");
      assertThat(why.path("estimateMs").asInt()).isBetween(1, 61_000);
    }
  }

  @Test
  void explain_names_the_end_of_a_pause() throws Exception {
    try (LiveServer server = server(TOO_MANY, Map.of())) {
      ApiClient api = new ApiClient(server.port());
      String refused = start(api, "t1", "normal");
      await().until(() -> reason(api, "t1", refused).equals("ended"));
      String waiting = start(api, "t2", "normal");
      await().until(() -> reason(api, "t2", waiting).equals("provider-queue"));

      JsonNode why = explain(api, "t2", waiting);

      assertThat(why.path("limit").asText()).isEqualTo("pause");
      assertThat(why.path("retryAfterMs").asInt()).isBetween(1, HOUR_MS);
      assertThat(why.has("estimateMs")).isFalse();
    }
  }

  @Test
  void explain_names_when_an_open_breaker_is_tried_again() throws Exception {
    Map<String, String> keys =
        Map.of(
            "providers.demo.retry.max", "0",
            "providers.demo.breaker.failureThreshold", "1",
            "providers.demo.breaker.timeout", "1h",
            "providers.demo.breaker.onOpen", "wait");
    try (LiveServer server = server(UNWELL, keys)) {
      ApiClient api = new ApiClient(server.port());
      String failed = start(api, "t1", "normal");
      await().until(() -> reason(api, "t1", failed).equals("ended"));
      String held = start(api, "t2", "normal");
      await().until(() -> reason(api, "t2", held).equals("breaker-open"));

      JsonNode why = explain(api, "t2", held);

      assertThat(why.path("limit").asText()).isEqualTo("breaker");
      assertThat(why.at("/provider/breaker").asText()).isEqualTo("open");
      assertThat(why.path("retryAfterMs").asInt()).isBetween(1, HOUR_MS);
    }
  }

  @Test
  void explain_names_the_next_try_and_its_time() throws Exception {
    Map<String, String> keys =
        Map.of(
            "providers.demo.retry.firstDelay", "1ms",
            "providers.demo.retry.delayMax", "1ms",
            "providers.demo.retry.timeMax", "10m");
    try (LiveServer server = server(UNWELL_FOR_LONG, keys)) {
      ApiClient api = new ApiClient(server.port());
      String failed = start(api, "t1", "normal");
      await().until(() -> reason(api, "t1", failed).equals("retry"));

      JsonNode why = explain(api, "t1", failed);
      api.post("/v1/threads/t1/runs/" + failed + "/cancel", "").join();

      assertThat(why.path("status").asText()).isEqualTo("running");
      assertThat(why.at("/provider/name").asText()).isEqualTo("demo");
      assertThat(why.at("/provider/inUse").asInt(-1)).isZero();
      assertThat(why.path("model").asText()).isEqualTo("demo-1");
      assertThat(why.path("attempt").asInt()).isEqualTo(2);
      assertThat(why.path("retryAfterMs").asInt()).isBetween(1, 5 * 60_000 + 1);
      assertThat(why.has("position")).isFalse();
      await().until(() -> reason(api, "t1", failed).equals("ended"));
    }
  }

  private LiveServer server(Script script, Map<String, String> keys) {
    ScriptedService service = models.serve(asked -> script.recording());
    Map<String, String> all = new HashMap<>(keys);
    all.put("store.kind", "memory");
    all.put("defaults.agent", "react");
    all.put("providers.demo.kind", "openai");
    all.put("providers.demo.baseUrl", service.url() + "/v1");
    return LiveServer.start(all);
  }

  private static String start(ApiClient api, String thread, String priority) {
    String body =
        "{\"query\": \"?\", \"ifNotExists\": \"create\", \"priority\": \"" + priority + "\"}";
    Map<String, String> later = Map.of("Prefer", "respond-async");
    Reply accepted = api.send("POST", "/v1/threads/" + thread + "/runs", body, later).join();
    assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
    return accepted.body().path("runId").asText();
  }

  private static String reason(ApiClient api, String thread, String run) {
    return explain(api, thread, run).path("reason").asText();
  }

  private static JsonNode explain(ApiClient api, String thread, String run) {
    return api.get("/v1/threads/" + thread + "/runs/" + run + "/explain").body();
  }
}
