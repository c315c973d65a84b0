package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Runs whose model's answer breaks off after it began.
class BrokenAnswersTest {
  private static final String RUN = "{\"query\": \"What is 17% of 2340?\"}";
  private static final Recording BROKEN =
      Script.stream().text("The answer is 39").pause(Duration.ofMillis(100)).reset().recording();
  private static final Recording WHOLE =
      Script.stream().text("397").text(".8").finish("stop").usage(1, 2, 0).done().recording();

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  @Test
  void a_broken_answer_is_asked_for_again_under_a_new_call_id() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedService service = models.serve(asked -> calls.getAndIncrement() < 2 ? BROKEN : WHOLE);
    try (LiveServer server = start(service, service)) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();

      List<JsonNode> tokens = tokens(server);

      List<JsonNode> log = api.log("t");
      List<String> started = callIds(log, "started");
      assertThat(started).hasSize(3).doesNotHaveDuplicates();
      assertThat(callIds(log, "completed")).containsExactly(started.getLast());
      assertThat(spelt(tokens, started.getFirst())).isEqualTo("The answer is 39");
      assertThat(spelt(tokens, started.getLast())).isEqualTo("397.8");
      assertThat(log.getLast().path("event").asText()).isEqualTo("run.completed");
      assertThat(api.get("/v1/threads/t/messages").text()).contains("397.8").doesNotContain("39\"");
    }
  }

  @Test
  void a_broken_answer_goes_to_the_fallback_when_its_provider_is_out() throws Exception {
    ScriptedService down = models.serve(asked -> BROKEN);
    try (LiveServer server = start(down, models.serve(asked -> WHOLE))) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\", \"config\": {\"fallbacks\": [\"other/m\"]}}")
          .join();

      Reply run = api.post("/v1/threads/t/runs", RUN).join();

      assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("397.8");
      assertThat(run.body().at("/metadata/servedBy/0/provider").asText()).isEqualTo("other");
      assertThat(down.calls()).isEqualTo(3);
    }
  }

  @Test
  void an_end_without_an_answer_is_a_failure_of_the_provider() throws Exception {
    ScriptedService empty =
        models.serve(asked -> Script.stream().usage(7, 0, 0).done().recording());
    try (LiveServer server = start(empty, models.serve(asked -> WHOLE))) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();

      Reply run = api.post("/v1/threads/t/runs", RUN).join();

      assertThat(run.body().at("/metadata/error/code").asText())
          .as(run.text())
          .isEqualTo("LLM_PROVIDER_ERROR");
      assertThat(empty.calls()).isEqualTo(3);
    }
  }

  private static List<String> callIds(List<JsonNode> log, String status) {
    return log.stream()
        .filter(event -> event.path("event").asText().equals("llm.call"))
        .filter(event -> event.findPath("status").asText().equals(status))
        .map(event -> event.findPath("callId").asText())
        .toList();
  }

  private static String spelt(List<JsonNode> tokens, String callId) {
    StringBuilder text = new StringBuilder();
    for (JsonNode token : tokens) {
      if (token.findPath("callId").asText().equals(callId)) {
        text.append(token.findPath("text").asText());
      }
    }
    return text.toString();
  }

  /// What a run streams of its model's text.
  private static List<JsonNode> tokens(LiveServer server) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/v1/threads/t/runs"))
            .header("Content-Type", "application/json")
            .header("Accept", "text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(RUN))
            .build();
    List<JsonNode> tokens = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      String stream = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      for (String event : stream.split("\n\n")) {
        if (event.contains("event: token")) {
          tokens.add(ApiClient.JSON.readTree(event.substring(event.indexOf("data: ") + 6)));
        }
      }
    }
    return tokens;
  }

  private LiveServer start(ScriptedService first, ScriptedService other) throws Exception {
    Path file = data.resolve("server.yaml");
    Files.writeString(
        file,
        """
        providers:
          first: {kind: openai, baseUrl: "%s", retry: {max: 2, firstDelay: 1ms, delayMax: 2ms}}
          other: {kind: openai, baseUrl: "%s"}
        defaults: {provider: first, model: m, agent: react}
        """
            .formatted(first.url(), other.url()));
    return LiveServer.start(file, Map.of("store.directory", data.toString()));
  }
}
