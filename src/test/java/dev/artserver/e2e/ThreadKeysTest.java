package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// API keys of threads, across restarts and changes of the server's secret.
@Timeout(120)
class ThreadKeysTest {
  private static final String FIRST = secret("first secret of thirty-two bytes");
  private static final String SECOND = secret("other secret of thirty-two bytes");
  private static final String RUN = "{\"query\": \"?\"}";
  private static final String WITH_KEY =
      "{\"threadId\": \"%s\", \"config\": {\"provider\": {\"apiKey\": \"%s\"}}}";

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  private final ScriptedService service =
      models.serve(asked -> Script.tokens(2, Duration.ZERO).recording());

  @TempDir Path data;

  private static String secret(String of32Bytes) {
    return Base64.getEncoder().encodeToString(of32Bytes.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_key_outlives_a_restart_and_a_new_secret_if_the_old_one_is_named() throws Exception {
    try (ServerChild server = start(Map.of("ART_SECURITY_SECRET_KEY", FIRST))) {
      ApiClient api = api(server);
      assertThat(api.post("/v1/threads", WITH_KEY.formatted("t", "k-1")).join().status())
          .isEqualTo(201);
      assertCompleted(api);
      assertThat(server.stop()).isZero();
    }
    try (ServerChild server =
        start(
            Map.of(
                "ART_SECURITY_SECRET_KEY",
                SECOND,
                "ART_SECURITY_PREVIOUS_SECRET_KEYS",
                SECOND + ", " + FIRST))) {
      assertCompleted(api(server));
      assertThat(server.stop()).isZero();
    }
    assertThat(service.received())
        .extracting(each -> each.headers().get("Authorization"))
        .containsExactly("Bearer k-1", "Bearer k-1");

    try (ServerChild server = start(Map.of("ART_SECURITY_SECRET_KEY", SECOND))) {
      ApiClient api = api(server);
      JsonNode error = run(api).path("metadata").path("error");
      assertThat(error.path("code").asText()).as(error.toString()).isEqualTo("API_KEY_UNREADABLE");
      assertThat(error.path("message").asText())
          .contains("give the thread its apiKey again")
          .contains("security.previousSecretKeys");

      Reply given =
          api.merge("/v1/threads/t", "{\"config\": {\"provider\": {\"apiKey\": \"k-2\"}}}").join();

      assertThat(given.status()).as(given.text()).isEqualTo(200);
      assertCompleted(api);
      api.merge("/v1/threads/t", "{\"config\": {\"provider\": {\"apiKey\": null}}}").join();
      assertCompleted(api);
    }
    assertThat(service.received())
        .extracting(each -> each.headers().get("Authorization"))
        .containsExactly("Bearer k-1", "Bearer k-1", "Bearer k-2", "Bearer of-server");
  }

  @Test
  void without_a_secret_a_key_is_refused_and_nothing_changes() throws Exception {
    try (ServerChild server = start(Map.of())) {
      ApiClient api = api(server);

      Reply refused = api.post("/v1/threads", WITH_KEY.formatted("new", "k-1")).join();

      assertThat(refused.status()).as(refused.text()).isEqualTo(422);
      assertThat(refused.body().path("code").asText()).isEqualTo("API_KEYS_DISABLED");
      assertThat(refused.body().path("detail").asText())
          .startsWith("/config/provider/apiKey cannot be kept")
          .contains("security.secretKey")
          .doesNotContain("k-1");
      assertThat(api.get("/v1/threads/new").status()).isEqualTo(404);

      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();
      String before = api.get("/v1/threads/t").text();
      Reply again =
          api.merge(
                  "/v1/threads/t",
                  "{\"config\": {\"historyLimit\": 3, \"provider\": {\"apiKey\": \"k-1\"}}}")
              .join();
      assertThat(again.status()).isEqualTo(422);
      assertThat(api.get("/v1/threads/t").text()).isEqualTo(before);
    }
  }

  @Test
  void a_server_with_a_secret_starts_without_a_key_and_a_run_without_one_fails_by_name()
      throws Exception {
    Map<String, String> environment =
        Map.of(
            "ART_SECURITY_SECRET_KEY", FIRST,
            "ART_PROVIDERS_DEMO_KIND", "anthropic",
            "ART_DEFAULTS_AGENT", "react");
    try (ServerChild server = ServerChild.start(data, environment)) {
      ApiClient api = api(server);
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();

      JsonNode metadata = run(api).path("metadata");

      assertThat(metadata.path("status").asText()).as(metadata.toString()).isEqualTo("failed");
      assertThat(metadata.at("/error/code").asText()).isEqualTo("API_KEY_MISSING");
      assertThat(metadata.at("/error/message").asText())
          .startsWith("/config/provider/apiKey must be given: provider 'demo' needs a key");
      assertThat(api.get("/v1/providers").body().at("/items/0/counts/granted").asInt(-1)).isZero();
      assertThat(server.stop()).isZero();
    }
  }

  private ServerChild start(Map<String, String> secrets) throws Exception {
    Map<String, String> environment = new HashMap<>(secrets);
    environment.put("ART_PROVIDERS_DEMO_KIND", "openai");
    environment.put("ART_PROVIDERS_DEMO_BASE_URL", service.url() + "/v1");
    environment.put("ART_PROVIDERS_DEMO_API_KEY", "of-server");
    environment.put("ART_DEFAULTS_AGENT", "react");
    return ServerChild.start(data, environment);
  }

  private static ApiClient api(ServerChild server) {
    return new ApiClient(server.uri("/").getPort());
  }

  private static JsonNode run(ApiClient api) {
    return api.post("/v1/threads/t/runs", RUN).join().body();
  }

  private static void assertCompleted(ApiClient api) {
    JsonNode answer = run(api);
    assertThat(answer.path("metadata").path("status").asText())
        .as(answer.toString())
        .isEqualTo("completed");
  }
}
