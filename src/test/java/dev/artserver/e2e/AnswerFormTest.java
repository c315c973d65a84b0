package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `responseFormat` applies to the final answer, not to the plan that leads to it.
class AnswerFormTest {
  private static final String PLAN =
      "{\"title\":\"T\",\"intent\":\"I\",\"plan\":\"P\",\"todoList\":[{\"id\":\"1\",\"description\":\"Count\"}]}";

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  @Test
  void only_the_last_call_of_a_plan_asks_for_the_form() throws Exception {
    ScriptedService service = models.serve(AnswerFormTest::answer);
    Map<String, String> keys =
        Map.of(
            "store.directory",
            data.toString(),
            "providers.demo.kind",
            "openai",
            "providers.demo.baseUrl",
            service.url());

    try (LiveServer server = LiveServer.start(keys)) {
      Reply run =
          new ApiClient(server.port())
              .post(
                  "/v1/runs",
                  "{\"query\": \"How many?\", \"options\": {\"llmParams\": {\"seed\": 1,"
                      + " \"responseFormat\": {\"type\": \"json_object\"}}}}")
              .join();

      assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("{\"n\":2}");
    }
    List<JsonObject> asked =
        service.received().stream().map(ScriptedService.Received::body).toList();
    assertThat(asked).hasSize(3).allMatch(body -> body.containsKey("seed"));
    assertThat(asked)
        .extracting(body -> body.containsKey("response_format"))
        .containsExactly(false, false, true);
  }

  private static Recording answer(JsonObject asked) {
    String conversation = asked.getJsonArray("messages").encode();
    String text =
        asked.containsKey("response_format")
            ? "{\"n\":2}"
            : conversation.contains("Your step") ? "Two." : PLAN;
    return Script.stream().text(text).finish("stop").done().recording();
  }
}
