package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.ThreadConfig;
import dev.artserver.thread.ThreadCommand;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ThreadRoutesTest {
  private static final ApiUnderTest server = new ApiUnderTest();
  private static final Map<String, String> MERGE =
      Map.of("Content-Type", "application/merge-patch+json");

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_thread_is_made_with_the_chosen_id_config_and_labels() {
    var reply =
        server.post(
            "/v1/threads",
            """
            {"threadId":"made-1","config":{"historyLimit":7},"metadata":{"userId":"ada"}}\
            """);

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.headers().get("Location")).isEqualTo("/v1/threads/made-1");
    assertThat(reply.json().at("/config/historyLimit").asInt()).isEqualTo(7);
    assertThat(reply.json().at("/metadata/userId").asText()).isEqualTo("ada");
    assertThat(reply.json().get("status").asText()).isEqualTo("idle");
    assertThat(reply.json().get("createdAt").asText()).isEqualTo("2026-01-01T00:00:00.123Z");
  }

  @Test
  void a_taken_id_is_refused_or_given_as_the_client_wishes() {
    server.threads.create("taken");

    var refused = server.post("/v1/threads", "{\"threadId\":\"taken\"}");
    var given = server.post("/v1/threads", "{\"threadId\":\"taken\",\"ifExists\":\"return\"}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("THREAD_EXISTS");
    assertThat(refused.json().get("threadId").asText()).isEqualTo("taken");
    assertThat(given.status()).isEqualTo(200);
  }

  @Test
  void the_same_key_and_body_make_the_same_thread_and_another_body_is_refused() {
    Map<String, String> headers =
        Map.of("Content-Type", "application/json", "Idempotency-Key", "key-1");

    var first = server.call("POST", "/v1/threads", headers, "{}");
    var again = server.call("POST", "/v1/threads", headers, "{}");
    var other = server.call("POST", "/v1/threads", headers, "{\"metadata\":{\"a\":\"b\"}}");

    assertThat(first.status()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.status()).isEqualTo(201);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void without_a_key_every_request_makes_another_thread() {
    var one = server.post("/v1/threads", "{}");
    var two = server.post("/v1/threads", "{}");

    assertThat(one.json().get("threadId")).isNotEqualTo(two.json().get("threadId"));
  }

  @Test
  void threads_are_found_by_their_labels_page_by_page() {
    for (String id : new String[] {"l-1", "l-2", "l-3"}) {
      server.threads.create(
          id, new Profile(FakeThreads.CONFIG, Map.of("team", "red", "userId", "bo")));
    }

    var first = server.get("/v1/threads?metadata.team=red&userId=bo&limit=2&status=idle");
    var second =
        server.get(
            "/v1/threads?metadata.team=red&limit=2&cursor="
                + first.json().get("nextCursor").asText());

    assertThat(first.json().get("items").findValuesAsText("threadId"))
        .containsExactly("l-1", "l-2");
    assertThat(second.json().get("items").findValuesAsText("threadId")).containsExactly("l-3");
    assertThat(second.json().has("nextCursor")).isFalse();
  }

  @Test
  void what_looks_like_a_credential_is_never_shown() {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("apiKey", "sk-1").put("maxTokens", 5).putObject("auth").put("accessToken", "x");
    ThreadConfig c = FakeThreads.CONFIG;
    ThreadConfig config =
        new ThreadConfig(
            new ProviderChoice("demo", "m", options),
            c.agent(),
            c.enabledTools(),
            c.historyLimit(),
            null,
            c.persona(),
            c.execution(),
            c.onBusy());
    server.threads.create("secret", new Profile(config, Map.of()));

    var thread = server.get("/v1/threads/secret");
    var events = server.get("/v1/threads/secret/events");

    assertThat(thread.json().at("/config/provider/options").toString())
        .isEqualTo("{\"apiKey\":\"***\",\"maxTokens\":5,\"auth\":{\"accessToken\":\"***\"}}");
    assertThat(events.text()).contains("\"apiKey\":\"***\"").doesNotContain("sk-1");
  }

  @Test
  void a_merge_patch_changes_config_and_labels() {
    server.threads.create("p-1", new Profile(FakeThreads.CONFIG, Map.of("a", "1", "b", "2")));

    var reply =
        server.call(
            "PATCH",
            "/v1/threads/p-1",
            MERGE,
            "{\"config\":{\"historyLimit\":3},\"metadata\":{\"a\":null}}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().at("/config/historyLimit").asInt()).isEqualTo(3);
    assertThat(reply.json().get("metadata").toString()).isEqualTo("{\"b\":\"2\"}");
  }

  @Test
  void a_plain_json_body_is_no_patch() {
    var reply =
        server.call("PATCH", "/v1/threads/p-1", Map.of("Content-Type", "application/json"), "{}");

    assertThat(reply.status()).isEqualTo(415);
    assertThat(reply.headers().get("Accept-Patch")).isEqualTo("application/merge-patch+json");
  }

  @Test
  void deleting_is_harmless_the_second_time() {
    server.threads.create("gone");

    var first = server.call("DELETE", "/v1/threads/gone", Map.of(), null);
    var again = server.call("DELETE", "/v1/threads/gone", Map.of(), null);
    var look = server.get("/v1/threads/gone");

    assertThat(first.status()).isEqualTo(204);
    assertThat(again.status()).isEqualTo(204);
    assertThat(look.status()).isEqualTo(404);
    assertThat(look.code()).isEqualTo("THREAD_NOT_FOUND");
  }

  @Test
  void tools_are_enabled_and_disabled_one_by_one() {
    server.threads.create("tools");

    var on = server.call("PUT", "/v1/threads/tools/tools/calculator", Map.of(), null);
    var off = server.call("DELETE", "/v1/threads/tools/tools/calculator", Map.of(), null);

    assertThat(on.json().at("/config/enabledTools").toString()).isEqualTo("[\"calculator\"]");
    assertThat(off.json().at("/config/enabledTools").isEmpty()).isTrue();
    assertThat(server.threads.commands(ThreadCommand.EnableTool.class)).hasSize(2);
  }
}
