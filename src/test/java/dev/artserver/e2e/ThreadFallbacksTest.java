package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A thread's own list of fallback providers.
class ThreadFallbacksTest {
  private static final String RUN = "{\"query\": \"Hi\"}";

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  private final ScriptedService down =
      models.serve(asked -> Script.error(503, "{}", Map.of()).recording());
  private final ScriptedService sound =
      models.serve(
          asked -> Script.stream().text("Hello.").finish("stop").usage(1, 2, 0).done().recording());

  @TempDir Path data;

  @Test
  void a_call_falls_back_to_the_threads_list_and_the_run_names_the_provider_that_served_it()
      throws Exception {
    try (LiveServer server = start("")) {
      ApiClient api = new ApiClient(server.port());
      create(api, "[\"second\", \"sound/org/other\"]");

      Reply run = api.post("/v1/threads/t/runs", RUN).join();

      JsonNode served = run.body().at("/metadata/servedBy");
      assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("Hello.");
      assertThat(served.toString()).isEqualTo("[{\"provider\":\"sound\",\"model\":\"org/other\"}]");
      String runId = run.body().at("/metadata/runId").asText();
      assertThat(api.get("/v1/threads/t/runs/" + runId).body().get("servedBy")).isEqualTo(served);
      JsonNode ended =
          api.get("/v1/threads/t/observations?types=LLM_STREAM_METADATA").body().at("/items/0");
      assertThat(ended.at("/content/provider").asText()).isEqualTo("sound");
      assertThat(ended.at("/content/model").asText()).isEqualTo("org/other");
      assertThat(api.get("/v1/threads/t").body().at("/config/fallbacks").toString())
          .isEqualTo("[\"second\",\"sound/org/other\"]");
    }
    assertThat(down.calls()).isEqualTo(2);
    assertThat(sound.received().getFirst().body().getString("model")).isEqualTo("org/other");
  }

  @Test
  void a_call_served_by_its_own_provider_names_no_other() throws Exception {
    try (LiveServer server = start("")) {
      ApiClient api = new ApiClient(server.port());
      api.post(
              "/v1/threads",
              "{\"threadId\": \"t\", \"config\": {\"provider\":"
                  + " {\"name\": \"sound\", \"model\": \"m\"}, \"fallbacks\": [\"first\"]}}")
          .join();

      Reply run = api.post("/v1/threads/t/runs", RUN).join();

      assertThat(run.body().path("metadata").has("servedBy")).as(run.text()).isFalse();
    }
  }

  @Test
  void the_threads_list_replaces_the_providers_even_when_it_is_empty() throws Exception {
    try (LiveServer server = start("sound")) {
      ApiClient api = new ApiClient(server.port());
      create(api, "[]");
      Reply nowhere = api.post("/v1/threads/t/runs", RUN).join();
      api.merge("/v1/threads/t", "{\"config\": {\"fallbacks\": null}}").join();
      Reply usual = api.post("/v1/threads/t/runs", RUN).join();

      assertThat(nowhere.body().at("/metadata/error/code").asText())
          .isEqualTo("LLM_PROVIDER_ERROR");
      assertThat(usual.body().at("/metadata/servedBy/0/provider").asText()).isEqualTo("sound");
    }
  }

  @Test
  void an_open_breaker_does_not_block_a_threads_fallbacks() throws Exception {
    try (LiveServer server = start("")) {
      ApiClient api = new ApiClient(server.port());
      create(api, "[\"sound\"]");

      for (int i = 0; i < 4; i++) {
        Reply run = api.post("/v1/threads/t/runs", RUN).join();
        assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("Hello.");
      }
    }
    assertThat(down.calls()).isEqualTo(2);
  }

  @Test
  void an_invalid_list_is_refused_with_its_fault() throws Exception {
    try (LiveServer server = start("")) {
      ApiClient api = new ApiClient(server.port());
      create(api, "[\"sound\"]");

      Reply unknown = patch(api, "[\"sound\", \"nobody/m\"]");
      Reply shape = patch(api, "[\"sound/\"]");
      Reply number = patch(api, "[7]");
      Reply many = patch(api, "[\"a\", \"a\", \"a\", \"a\", \"a\", \"a\"]");

      assertThat(List.of(unknown.status(), shape.status(), number.status(), many.status()))
          .containsExactly(422, 400, 400, 400);
      assertThat(unknown.body().path("code").asText()).isEqualTo("UNKNOWN_PROVIDER");
      assertThat(unknown.body().path("detail").asText())
          .startsWith("/config/fallbacks/1 must be one of [")
          .endsWith("got 'nobody'");
      assertThat(shape.body().path("detail").asText())
          .isEqualTo("/config/fallbacks/0 must be like provider or provider/model, got 'sound/'");
      assertThat(many.body().path("detail").asText())
          .startsWith("/config/fallbacks must be a list of at most 5 providers");
      assertThat(api.get("/v1/threads/t").body().at("/config/fallbacks").toString())
          .isEqualTo("[\"sound\"]");
    }
  }

  private static void create(ApiClient api, String fallbacks) {
    Reply made =
        api.post(
                "/v1/threads",
                "{\"threadId\": \"t\", \"config\": {\"fallbacks\": " + fallbacks + "}}")
            .join();
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private static Reply patch(ApiClient api, String fallbacks) {
    return api.merge("/v1/threads/t", "{\"config\": {\"fallbacks\": " + fallbacks + "}}").join();
  }

  /// @param fallbacks of the provider itself; empty: none
  private LiveServer start(String fallbacks) throws Exception {
    Path file = data.resolve("server.yaml");
    Files.writeString(
        file,
        """
        providers:
          first: {kind: openai, baseUrl: "%s", retry: {max: 0}, breaker: {failureThreshold: 2, onOpen: fail}, fallbacks: [%s]}
          second: {kind: openai, baseUrl: "%s", retry: {max: 0}}
          sound: {kind: openai, baseUrl: "%s"}
        defaults: {provider: first, model: m, agent: react}
        """
            .formatted(down.url(), fallbacks, down.url(), sound.url()));
    return LiveServer.start(file, Map.of("store.directory", data.toString()));
  }
}
