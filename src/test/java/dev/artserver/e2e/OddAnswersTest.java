package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs whose model answers oddly: what goes back must be what its service, or the next one, takes.
class OddAnswersTest {
  private static final String RUN = "{\"query\": \"What is 17% of 2340?\"}";
  private static final Recording ANSWER =
      Script.stream().text("397.8").finish("stop").usage(1, 2, 0).done().recording();

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "calculator<|channel|>commentary;{\"expression\":\"1+1\"}",
        "'';{\"expression\":\"1+1\"}",
        "functions.calculator;{}",
        "calculator;{\"expression\": \"1+1",
        "calculator;[1]"
      })
  void a_call_the_model_got_wrong_does_not_spoil_the_run(String name, String arguments)
      throws Exception {
    Recording wrong =
        Script.stream().tool(0, "c1", name, arguments).finish("tool_calls").done().recording();
    ScriptedService strict =
        models.serve(asked -> {
          if (asked.getJsonArray("messages").size() == 2) {
            return wrong;
          }
          return isAcceptable(asked) ? ANSWER : Recording.error(400, "{}", Map.of());
        });
    try (LiveServer server = start(strict, strict)) {
      Reply run = run(server, "[]", "{}");

      assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("397.8");
    }
  }

  private static boolean isAcceptable(JsonObject asked) {
    JsonObject function =
        asked
            .getJsonArray("messages")
            .getJsonObject(2)
            .getJsonArray("tool_calls")
            .getJsonObject(0)
            .getJsonObject("function");
    try {
      return function.getString("name").matches("[a-zA-Z0-9_-]{1,64}")
          && new JsonObject(function.getString("arguments")).size() >= 0;
    } catch (DecodeException broken) {
      return false;
    }
  }

  @Test
  void ids_that_repeat_from_turn_to_turn_keep_what_must_go_back() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    ScriptedService service =
        models.serve(asked ->
            switch (calls.getAndIncrement()) {
              case 0 -> reasoned("first");
              case 1 -> reasoned("second");
              default -> ANSWER;
            });
    try (LiveServer server = start(service, service)) {
      run(server, "[]", "{}");
    }

    JsonNode messages =
        ApiClient.JSON.readTree(service.received().get(2).body().encode()).path("messages");
    assertThat(messages.at("/2/reasoning_details/0/text").asText()).isEqualTo("first");
    assertThat(messages.at("/4/reasoning_details/0/text").asText()).isEqualTo("second");
    assertThat(messages.at("/4/tool_calls/0/id")).isEqualTo(messages.at("/5/tool_call_id"));
    assertThat(messages.at("/4/tool_calls/0/id")).isNotEqualTo(messages.at("/2/tool_calls/0/id"));
  }

  private static Recording reasoned(String thought) {
    String details =
        "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_details\":[{\"type\":\"reasoning.text\","
            + "\"index\":0,\"text\":\""
            + thought
            + "\"}]}}]}";
    return Script.stream()
        .data(details)
        .tool(0, "calculator:0", "calculator", "{\"expression\":\"2+2\"}")
        .finish("tool_calls")
        .done()
        .recording();
  }

  @Test
  void a_fallback_of_another_kind_gets_the_common_parameters_only() throws Exception {
    ScriptedService claude = models.serve(asked -> Recording.error(529, "{}", Map.of()));
    ScriptedService other = models.serve(asked -> ANSWER);
    try (LiveServer server = start(other, claude)) {
      Reply run =
          run(
              server,
              "[\"chat/m\"]",
              "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000},\"topK\":40,"
                  + "\"topP\":0.5,\"maxTokens\":4000}");

      assertThat(run.body().at("/metadata/servedBy/0/provider").asText())
          .as(run.text())
          .isEqualTo("chat");
    }
    JsonObject asked = other.received().getFirst().body();
    assertThat(asked.getInteger("max_tokens")).isEqualTo(4_000);
    assertThat(asked.getDouble("top_p")).isEqualTo(0.5);
    assertThat(asked.fieldNames()).doesNotContain("thinking", "topK", "top_k");
    assertThat(claude.received().getFirst().body().fieldNames()).contains("thinking", "top_k");
  }

  private static Reply run(LiveServer server, String fallbacks, String options) {
    ApiClient api = new ApiClient(server.port());
    String name = fallbacks.equals("[]") ? "router" : "claude";
    String thread =
        "{\"threadId\":\"t\",\"config\":{\"provider\":{\"name\":\"%s\",\"model\":\"m\",\"options\":%s},\"fallbacks\":%s}}"
            .formatted(name, options, fallbacks);
    Reply made = api.post("/v1/threads", thread).join();
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    return api.post("/v1/threads/t/runs", RUN).join();
  }

  private LiveServer start(ScriptedService chat, ScriptedService claude) throws Exception {
    Path file = data.resolve("server.yaml");
    Files.writeString(
        file,
        """
        providers:
          router: {kind: openrouter, baseUrl: "%s", retry: {max: 0}}
          claude: {kind: anthropic, baseUrl: "%s", retry: {max: 0}}
          chat: {kind: openai, baseUrl: "%s", retry: {max: 0}}
        defaults: {provider: router, model: m, agent: react}
        """
            .formatted(chat.url(), claude.url(), chat.url()));
    return LiveServer.start(file, Map.of("store.directory", data.toString()));
  }
}
