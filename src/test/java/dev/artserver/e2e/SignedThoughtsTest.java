package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Signed thoughts of a model come back to it, through agent, log and tool.
class SignedThoughtsTest {
  private static final String BLOCK =
      "{\"type\":\"thinking\",\"thinking\":\"Two and two.\",\"signature\":\"c2lnbmVk\"}";

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  @Test
  void thoughts_come_back_with_the_result_of_the_tool_they_led_to() throws Exception {
    ScriptedService service = models.serve(SignedThoughtsTest::answer);
    Map<String, String> keys =
        Map.of(
            "store.directory",
            data.toString(),
            "defaults.agent",
            "react",
            "providers.demo.kind",
            "anthropic",
            "providers.demo.baseUrl",
            service.url());

    try (LiveServer server = LiveServer.start(keys)) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();
      Reply run = api.post("/v1/threads/t/runs", "{\"query\": \"2+2?\"}").join();

      assertThat(run.text()).contains("It is 4.");
      JsonNode usage = run.body().path("metadata").path("usage");
      assertThat(usage.path("cachedTokens").asInt()).isEqualTo(14);
    }
    String second = service.received().getLast().body().getJsonArray("messages").encode();
    assertThat(service.calls()).isEqualTo(2);
    assertThat(second).contains(BLOCK).contains("\"tool_use_id\":\"toolu_1\"").contains("4");
  }

  private static Recording answer(JsonObject asked) {
    boolean again = asked.getJsonArray("messages").encode().contains("tool_result");
    return Recording.stream()
        .send(
            event(
                "{\"type\":\"message_start\",\"message\":{\"usage\":"
                    + "{\"input_tokens\":3,\"cache_read_input_tokens\":7,\"output_tokens\":1}}}"))
        .send(again ? text() : toolUse())
        .send(
            event(
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                    + (again ? "end_turn" : "tool_use")
                    + "\"},\"usage\":{\"output_tokens\":9}}"),
            event("{\"type\":\"message_stop\"}"))
        .end();
  }

  private static String text() {
    return event(
        "{\"type\":\"content_block_start\",\"index\":0,"
            + "\"content_block\":{\"type\":\"text\",\"text\":\"It is 4.\"}}");
  }

  private static String toolUse() {
    return event("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + BLOCK + "}")
        + event(
            "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
                + "\"id\":\"toolu_1\",\"name\":\"calculator\",\"input\":{}}}")
        + event(
            "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\","
                + "\"partial_json\":\"{\\\"expression\\\":\\\"2+2\\\"}\"}}");
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }
}
