package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.http.Images;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Images from a client to a model and back, through agent, log, feed and restart.
class ImagesTest {
  /// More bytes than a feed keeps for its readers.
  private static final int LARGE = 2 << 20;

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  private final ScriptedService service =
      models.serve(asked -> Script.stream().text("A cat.").finish("stop").done().recording());

  @TempDir Path data;

  @Test
  void an_image_reaches_the_model_and_is_returned_also_after_a_restart() throws Exception {
    String query =
        "[{\"type\":\"text\",\"text\":\"What is it?\"},"
            + Images.pngPart(LARGE)
            + ",{\"type\":\"image\",\"url\":\"https://example.org/a.png\"}]";
    JsonNode parts = ApiClient.JSON.readTree(query);
    String runId;
    try (LiveServer server = start("openai")) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();
      Reply run = api.post("/v1/threads/t/runs", "{\"query\": " + query + "}").join();
      assertThat(run.body().at("/response/content").asText()).as(run.text()).isEqualTo("A cat.");
      runId = run.body().at("/metadata/runId").asText();
      assertGivenBack(api, runId, parts);
    }
    try (LiveServer server = start("openai")) {
      ApiClient api = new ApiClient(server.port());
      assertGivenBack(api, runId, parts);
      api.post("/v1/threads/t/runs", "{\"query\": \"Sure?\"}").join();
      api.merge("/v1/threads/t", "{\"config\": {\"historyLimit\": 1}}").join();
      api.post("/v1/threads/t/runs", "{\"query\": \"Really?\"}").join();
    }

    String shown = "data:image/png;base64," + Images.png(LARGE);
    assertThat(asked(0)).contains(shown).contains("https://example.org/a.png");
    assertThat(asked(1)).contains(shown).contains("Sure?");
    assertThat(asked(2)).doesNotContain("base64").contains("Really?");
  }

  private static void assertGivenBack(ApiClient api, String runId, JsonNode parts) {
    assertThat(api.get("/v1/threads/t/messages").body().at("/items/0/content")).isEqualTo(parts);
    assertThat(api.get("/v1/threads/t/runs/" + runId).body().get("query")).isEqualTo(parts);
    long queued = 0;
    long said = 0;
    for (JsonNode fact : api.log("t")) {
      queued += fact.at("/data/query").equals(parts) ? 1 : 0;
      said += fact.at("/data/content").equals(parts) ? 1 : 0;
    }
    assertThat(queued).isEqualTo(1);
    assertThat(said).isEqualTo(1);
    String stream =
        api.send(
                "POST",
                "/v1/threads/t/runs",
                "{\"query\": 7}",
                Map.of("Accept", "text/event-stream"))
            .join()
            .text();
    assertThat(stream).contains("/query must be a string or an array, got '7'");
  }

  @Test
  void pages_with_large_images_hold_fewer_items_and_together_hold_all() throws Exception {
    int bytes = 3 << 20;
    List<String> shown = new ArrayList<>();
    try (LiveServer server = start("openai")) {
      ApiClient api = new ApiClient(server.port());
      api.post("/v1/threads", "{\"threadId\": \"t\"}").join();
      for (int i = 0; i < 5; i++) {
        api.post(
                "/v1/threads/t/messages",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"n"
                    + i
                    + "\"},"
                    + Images.pngPart(bytes)
                    + "]}]}")
            .join();
      }

      String cursor = "";
      int pages = 0;
      do {
        JsonNode page = api.get("/v1/threads/t/messages?limit=50" + cursor).body();
        List<String> some = new ArrayList<>();
        page.get("items").forEach(item -> some.add(item.at("/content/0/text").asText()));
        shown.addAll(0, some);
        cursor = page.has("nextCursor") ? "&before=" + page.get("nextCursor").asText() : "";
        pages++;
      } while (!cursor.isEmpty());

      assertThat(shown).containsExactly("n0", "n1", "n2", "n3", "n4");
      assertThat(pages).isGreaterThan(1);
      assertThat(api.log("t")).hasSize(6);
      JsonNode events = api.get("/v1/threads/t/events?limit=200").body();
      assertThat(events.get("items").size()).isLessThan(6);
      assertThat(events.get("nextCursor").asInt()).isEqualTo(events.get("items").size());
    }
  }

  @Test
  void a_follower_of_a_run_gets_its_images() throws Exception {
    try (LiveServer server = start("openai")) {
      ApiClient api = new ApiClient(server.port());
      String body = "{\"query\": [" + Images.pngPart(LARGE) + "]}";

      Reply stream =
          api.send("POST", "/v1/runs", body, Map.of("Accept", "text/event-stream")).join();

      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.text().split(Images.png(LARGE), -1)).hasSize(3);
      assertThat(stream.text()).contains("event: run.completed");
    }
  }

  @Test
  void a_service_without_images_is_not_asked_and_the_run_says_why() throws Exception {
    try (LiveServer server = start("deepseek")) {
      ApiClient api = new ApiClient(server.port());
      String body = "{\"query\": [" + Images.pngPart(9) + "]}";

      Reply run = api.post("/v1/runs", body).join();

      JsonNode error = run.body().at("/metadata/error");
      assertThat(error.path("code").asText()).as(run.text()).isEqualTo("IMAGE_NOT_SUPPORTED");
      assertThat(error.path("message").asText())
          .isEqualTo(
              "/messages/1/content/0 must be text, since provider 'demo' takes no other, got"
                  + " 'image/png of 9 bytes'");
      assertThat(service.calls()).isZero();
    }
  }

  private String asked(int call) {
    JsonObject body = service.received().get(call).body();
    return body.getJsonArray("messages").encode();
  }

  private LiveServer start(String kind) {
    Map<String, String> keys = new HashMap<>();
    keys.put("store.directory", data.toString());
    keys.put("defaults.agent", "react");
    keys.put("providers.demo.kind", kind);
    keys.put("providers.demo.baseUrl", service.url());
    return LiveServer.start(keys);
  }
}
