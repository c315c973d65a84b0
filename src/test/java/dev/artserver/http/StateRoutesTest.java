package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class StateRoutesTest {
  private static final ApiUnderTest server = new ApiUnderTest();

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, String> headers(String type, String... more) {
    Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/" + type));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return headers;
  }

  private static ApiUnderTest.Reply put(String thread, String data, String ifMatch) {
    return server.call(
        "PUT",
        "/v1/threads/" + thread + "/state",
        headers("json", "If-Match", ifMatch),
        "{\"data\":" + data + "}");
  }

  @Test
  void the_version_is_the_etag() {
    server.threads.create("s-1");

    var empty = server.get("/v1/threads/s-1/state");
    var written = put("s-1", "{\"a\":1}", "\"0\"");

    assertThat(empty.headers().get("ETag")).isEqualTo("\"0\"");
    assertThat(written.headers().get("ETag")).isEqualTo("\"1\"");
    assertThat(written.json().get("version").asInt()).isEqualTo(1);
    assertThat(written.json().get("data").toString()).isEqualTo("{\"a\":1}");
  }

  @Test
  void a_stale_version_changes_nothing_and_says_which_one_is_current() {
    server.threads.create("s-2");
    put("s-2", "{\"a\":1}", "*");

    var stale = put("s-2", "{\"a\":2}", "\"0\"");

    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.code()).isEqualTo("CONCURRENT_MODIFICATION");
    assertThat(stale.json().get("currentVersion").asInt()).isEqualTo(1);
    assertThat(server.get("/v1/threads/s-2/state").json().at("/data/a").asInt()).isEqualTo(1);
  }

  @Test
  void a_put_must_say_what_it_replaces() {
    server.threads.create("s-3");

    var reply = server.call("PUT", "/v1/threads/s-3/state", headers("json"), "{\"data\":{}}");

    assertThat(reply.status()).isEqualTo(428);
    assertThat(reply.code()).isEqualTo("PRECONDITION_REQUIRED");
  }

  @Test
  void a_star_overwrites_whatever_is_there() {
    server.threads.create("s-4");
    put("s-4", "{\"a\":1}", "*");

    var reply = put("s-4", "{\"b\":1}", "*");

    assertThat(reply.json().get("version").asInt()).isEqualTo(2);
    assertThat(reply.json().get("data").toString()).isEqualTo("{\"b\":1}");
  }

  @Test
  void a_tag_that_is_not_a_version_is_refused() {
    server.threads.create("s-5");

    assertThat(put("s-5", "{}", "W/\"1\"").status()).isEqualTo(400);
    assertThat(put("s-5", "{}", "1").json().at("/errors/0/pointer").asText()).isEqualTo("If-Match");
  }

  @Test
  void both_kinds_of_patch_are_applied_to_what_is_there() {
    server.threads.create("s-6");
    put("s-6", "{\"a\":{\"b\":1,\"c\":2}}", "*");

    var merged =
        server.call(
            "PATCH",
            "/v1/threads/s-6/state",
            headers("merge-patch+json"),
            "{\"a\":{\"b\":null,\"d\":3}}");
    var patched =
        server.call(
            "PATCH",
            "/v1/threads/s-6/state",
            headers("json-patch+json; charset=UTF-8", "If-Match", "\"2\""),
            "[{\"op\":\"add\",\"path\":\"/list\",\"value\":[1]},{\"op\":\"remove\",\"path\":\"/a/c\"}]");

    assertThat(merged.json().get("data").toString()).isEqualTo("{\"a\":{\"c\":2,\"d\":3}}");
    assertThat(patched.json().get("data").toString()).isEqualTo("{\"a\":{\"d\":3},\"list\":[1]}");
  }

  @Test
  void a_patch_that_does_not_fit_is_unprocessable() {
    server.threads.create("s-7");

    var reply =
        server.call(
            "PATCH",
            "/v1/threads/s-7/state",
            headers("json-patch+json"),
            "[{\"op\":\"test\",\"path\":\"/nope\",\"value\":1}]");

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.code()).isEqualTo("PATCH_NOT_APPLICABLE");
  }

  @Test
  void a_batch_speaks_the_agents_own_terms() {
    server.threads.create("s-8");
    put("s-8", "{\"todoList\":[{\"id\":\"step_1\",\"status\":\"pending\"}],\"old\":1}", "*");

    var reply =
        server.post(
            "/v1/threads/s-8/state/batch",
            """
            {"expectedVersion":1,"operations":[
              {"op":"set","path":"/x/y","value":[1]},
              {"op":"merge","path":"/x","value":{"z":2}},
              {"op":"remove","path":"/old"},
              {"op":"updateTodoItem","itemId":"step_1","changes":{"status":"completed"}},
              {"op":"updateStepOutput","stepId":"step_1","output":"done"},
              {"op":"setCurrentStep","stepId":"step_2"}]}\
            """);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().get("data").toString())
        .isEqualTo(
            "{\"todoList\":[{\"id\":\"step_1\",\"status\":\"completed\"}],\"x\":{\"y\":[1],\"z\":2},"
                + "\"stepOutputs\":{\"step_1\":\"done\"},\"currentStepId\":\"step_2\"}");
  }

  @Test
  void a_wrong_batch_is_refused_with_pointers() {
    server.threads.create("s-9");

    var reply =
        server.post(
            "/v1/threads/s-9/state/batch",
            """
            {"operations":[{"op":"set","path":"/a"},{"op":"nope"},{"op":"remove","path":"/a","x":1}]}\
            """);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("errors").findValuesAsText("pointer"))
        .containsExactly("/operations/0/value", "/operations/1/op", "/operations/2/x");
  }

  @Test
  void a_batch_must_not_contradict_if_match() {
    server.threads.create("s-10");

    var reply =
        server.call(
            "POST",
            "/v1/threads/s-10/state/batch",
            headers("json", "If-Match", "\"1\""),
            "{\"expectedVersion\":0,\"operations\":[{\"op\":\"remove\",\"path\":\"/a\"}]}");

    assertThat(reply.status()).isEqualTo(400);
  }
}
