package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Runs that ask people, over real sockets. The model calls the tools that the query names, each
/// call as `name arguments` on a line of its own, and answers once they have results.
class PeopleInTheLoopTest {
  private static final String SUM = "calculator {\"expression\":\"2+2\"}";
  private static final String CONFIG =
      "{\"agent\":\"react\",\"enabledTools\":[\"calculator\",\"ask_user\"],"
          + "\"approvals\":{\"calculator\":\"always\"}}";

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  private ScriptedService service;
  private LiveServer server;
  private ApiClient api;

  @BeforeEach
  void start() {
    service = models.serve(PeopleInTheLoopTest::say);
    startServer();
  }

  private void startServer() {
    startServer("30d");
  }

  private void startServer(String answerMax) {
    server =
        LiveServer.start(
            Map.of(
                "tools.answerMax",
                answerMax,
                "store.directory",
                data.toString(),
                "providers.demo.kind",
                "openai",
                "providers.demo.baseUrl",
                service.url()));
    api = new ApiClient(server.port());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_person_changes_the_arguments_and_the_tool_runs_with_them() {
    create("t", CONFIG);
    Reply run = run("t", SUM);

    assertThat(run.status()).as(run.text()).isEqualTo(202);
    assertThat(run.body().path("status").asText()).isEqualTo("suspended");
    String runId = run.body().path("runId").asText();
    JsonNode suspension = api.get("/v1/threads/t/suspension").body();
    assertThat(suspension).isEqualTo(run.body().path("suspension"));
    assertThat(suspension.at("/questions/0/toolName").asText()).isEqualTo("calculator");
    assertThat(api.get("/v1/threads/t").body().path("status").asText()).isEqualTo("suspended");
    JsonNode why = api.get("/v1/threads/t/runs/" + runId + "/explain").body();
    assertThat(why.path("reason").asText()).isEqualTo("suspended");
    assertThat(why.path("until").asText()).isEqualTo(suspension.path("until").asText());
    assertThat(api.get("/v1/suspensions?tool=calculator").body().path("items").get(0))
        .isEqualTo(suspension);
    assertThat(api.get("/v1/suspensions?tool=other").body().path("items")).isEmpty();
    assertThat(api.get("/v1/suspensions?userId=u&risk=low").body().path("items")).hasSize(1);
    assertThat(api.get("/v1/threads/t/runs/" + runId + "/wait").status()).isEqualTo(202);

    String yes = "{\"approved\":true,\"modifiedArgs\":{\"expression\":%s}}";
    Reply bad = resume("t", run, yes.formatted("7"));
    assertThat(bad.status()).as(bad.text()).isEqualTo(422);
    assertThat(bad.body().at("/errors/0/pointer").asText()).isEqualTo("/modifiedArgs/expression");
    Reply first = resume("t", run, yes.formatted("\"4+5\""));
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    Reply end = end("t", runId);

    assertThat(end.text()).contains("\"completed\"").contains("saw").contains("9");
    assertThat(service.received().getLast().body().encode())
        .contains("A person changed the arguments");
    assertThat(resume("t", run, yes.formatted("\"4+5\"")).body()).isEqualTo(first.body());
    Reply late = resume("t", run, "{\"approved\":false}");
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.body().path("code").asText()).isEqualTo("SUSPENSION_ANSWERED");
    assertThat(late.body().path("answeredAt")).isEqualTo(first.body().path("answeredAt"));
    assertThat(api.get("/v1/threads/t/suspension").status()).isEqualTo(204);
    assertThat(api.get("/v1/suspensions").body().path("items")).isEmpty();
  }

  @Test
  void a_refusal_reaches_the_model_with_its_reason() {
    create("t", CONFIG);
    Reply run = run("t", SUM);

    resume("t", run, "{\"approved\":false,\"reason\":\"too dear\"}");

    assertThat(end("t", run.body().path("runId").asText()).text())
        .contains("TOOL_REJECTED")
        .contains("too dear");
  }

  @Test
  void the_answer_to_a_question_is_the_result_and_must_be_one_of_the_choices() {
    create("t", CONFIG);
    Reply run = run("t", "ask_user {\"question\":\"Which?\",\"choices\":[\"red\",\"blue\"]}");
    assertThat(run.body().at("/suspension/questions/0/question").asText()).isEqualTo("Which?");

    Reply bad = resume("t", run, "{\"approved\":true,\"value\":\"green\"}");
    Reply none = resume("t", run, "{\"approved\":true}");
    Reply good = resume("t", run, "{\"approved\":true,\"value\":\"blue\"}");

    assertThat(bad.status()).as(bad.text()).isEqualTo(422);
    assertThat(bad.body().at("/errors/0/pointer").asText()).isEqualTo("/value");
    assertThat(none.body().at("/errors/0/pointer").asText()).isEqualTo("/value");
    assertThat(good.status()).as(good.text()).isEqualTo(200);
    assertThat(end("t", run.body().path("runId").asText()).text()).contains("saw").contains("blue");
  }

  @Test
  void several_questions_and_a_client_side_tool_are_one_suspension() {
    create(
        "t",
        "{\"agent\":\"react\",\"enabledTools\":[\"calculator\"],"
            + "\"approvals\":{\"calculator\":\"always\"},\"clientTools\":[{\"name\":\"camera\","
            + "\"description\":\"Takes a picture.\",\"inputSchema\":{\"type\":\"object\"},"
            + "\"outputSchema\":{\"type\":\"object\",\"required\":[\"file\"]}}]}");
    Reply run = run("t", SUM + "\ncamera {}");
    JsonNode questions = run.body().at("/suspension/questions");
    assertThat(questions).hasSize(2);
    String sum = questions.get(0).path("callId").asText();
    String camera = questions.get(1).path("callId").asText();

    assertThat(resume("t", run, "{\"approved\":true}").status()).isEqualTo(422);
    String result =
        "{\"callId\":\"" + camera + "\",\"approved\":true,\"value\":{\"%s\":\"a.png\"}}";
    Reply bad = resume("t", run, result.formatted("name"));
    assertThat(bad.body().at("/errors/0/pointer").asText()).as(bad.text()).isEqualTo("/value/file");
    Reply one = resume("t", run, result.formatted("file"));
    assertThat(one.body().path("open").asInt()).isEqualTo(1);
    Reply two = resume("t", run, "{\"answers\":[{\"callId\":\"" + sum + "\",\"approved\":true}]}");
    assertThat(two.body().path("open").asInt()).as(two.text()).isZero();

    assertThat(end("t", run.body().path("runId").asText()).text()).contains("a.png").contains("4");
  }

  @Test
  void nothing_goes_around_the_gate() {
    create("t", CONFIG);
    Reply run = run("t", SUM);
    String runId = run.body().path("runId").asText();

    Reply busy =
        api.post("/v1/threads/t/runs", "{\"query\":\"go on\",\"onBusy\":\"reject\"}").join();
    assertThat(busy.body().path("code").asText()).isEqualTo("THREAD_BUSY");
    assertThat(
            api.merge("/v1/threads/t/state", "{\"suspension\":null,\"isPaused\":false}")
                .join()
                .status())
        .isEqualTo(200);
    api.post(
            "/v1/threads/t/messages",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"approved\"}]}")
        .join();
    assertThat(api.get("/v1/threads/t/runs/" + runId).body().path("status").asText())
        .isEqualTo("suspended");
    assertThat(
            api.post("/v1/threads/t/runs/" + runId + "/resume", "{\"suspensionId\":\"x\"}")
                .join()
                .status())
        .isEqualTo(400);
    Reply unknown =
        api.post(
                "/v1/threads/t/runs/" + runId + "/resume",
                "{\"suspensionId\":\"x\",\"approved\":true}")
            .join();
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body().path("code").asText()).isEqualTo("SUSPENSION_NOT_FOUND");

    api.post("/v1/threads/t/runs/" + runId + "/cancel", "").join();
    assertThat(resume("t", run, "{\"approved\":true}").status()).isEqualTo(409);
    assertThat(types("t")).doesNotContain("tool.started");
  }

  @Test
  void an_answer_is_taken_by_another_process_than_the_one_that_asked() {
    create("t", CONFIG);
    Reply run = run("t", SUM);
    server.close();
    startServer();

    assertThat(api.get("/v1/threads/t/suspension").body()).isEqualTo(run.body().path("suspension"));
    assertThat(resume("t", run, "{\"approved\":true}").status()).isEqualTo(200);
    assertThat(end("t", run.body().path("runId").asText()).text()).contains("completed");
  }

  @Test
  void a_question_that_nobody_answers_ends_by_its_default() {
    server.close();
    startServer("1s");
    create("t", CONFIG);
    Reply run = run("t", SUM);

    assertThat(end("t", run.body().path("runId").asText(), "wait").text())
        .contains("SUSPENSION_TIMEOUT");
    Reply late = resume("t", run, "{\"approved\":true}");
    assertThat(late.body().path("code").asText()).isEqualTo("SUSPENSION_ANSWERED");
    assertThat(late.body().path("answeredBy").asText()).isEqualTo("the end of its run");
  }

  @Test
  void a_stream_goes_on_over_the_question_or_ends_with_it() {
    create("t", CONFIG);
    Map<String, String> stream = Map.of("Accept", "text/event-stream");
    String body = new JsonObject().put("query", SUM).put("onSuspend", "return").encode();
    String ended = api.send("POST", "/v1/threads/t/runs", body, stream).join().text();
    assertThat(ended).contains("event: run.suspended").doesNotContain("run.completed");

    create("u", CONFIG);
    CompletableFuture<Reply> open =
        api.send("POST", "/v1/threads/u/runs", new JsonObject().put("query", SUM).encode(), stream);
    Awaitility.await().until(() -> api.get("/v1/threads/u/suspension").status() == 200);
    JsonNode suspension = api.get("/v1/threads/u/suspension").body();
    assertThat(open).isNotDone();
    resume("u", suspension, "{\"approved\":true}");

    assertThat(open.join().text())
        .contains("event: run.suspended")
        .contains("event: run.resumed")
        .contains("event: run.completed");
  }

  @Test
  void of_racing_answers_over_http_and_websocket_one_has_an_effect() {
    create("t", CONFIG);
    Reply run = run("t", SUM);
    Socket socket = new Socket(server.port());
    Random random = new Random(7);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      boolean approved = random.nextBoolean();
      String answer = "{\"approved\":" + approved + "}";
      if (i % 4 == 0) {
        ObjectNode message = answer(run.body(), answer);
        message.put("type", "resume").put("id", i).put("threadId", "t");
        message.put("runId", run.body().path("runId").asText());
        socket.send(message.toString());
      } else {
        replies.add(
            api.post(
                "/v1/threads/t/runs/" + run.body().path("runId").asText() + "/resume",
                answer(run.body(), answer).toString()));
      }
    }
    List<Reply> all = replies.stream().map(CompletableFuture::join).toList();
    Awaitility.await().until(() -> socket.heard.size() == 50);

    assertThat(all).extracting(Reply::status).containsOnly(200, 409);
    assertThat(all.stream().filter(one -> one.status() == 200).map(Reply::body).distinct())
        .hasSize(1);
    assertThat(socket.heard.stream().map(one -> one.path("type").asText()))
        .containsOnly("ack", "error");
    end("t", run.body().path("runId").asText());
    assertThat(types("t").stream().filter("run.resumed"::equals)).hasSize(1);
    assertThat(types("t").stream().filter("tool.ended"::equals)).hasSize(1);
  }

  private static Recording say(JsonObject asked) {
    JsonArray messages = asked.getJsonArray("messages");
    JsonObject last = messages.getJsonObject(messages.size() - 1);
    if (last.getString("role").equals("tool")) {
      StringBuilder saw = new StringBuilder("I saw");
      for (int i = 0; i < messages.size(); i++) {
        JsonObject one = messages.getJsonObject(i);
        if (one.getString("role").equals("tool")) {
          saw.append(' ').append(one.getString("content"));
        }
      }
      return Script.stream().text(saw.toString()).finish("stop").done().recording();
    }
    Script script = Script.stream();
    String[] lines = last.getString("content").split("\n");
    for (int i = 0; i < lines.length; i++) {
      String[] words = lines[i].split(" ", 2);
      script = script.tool(i, "call_" + i, words[0], words[1]);
    }
    return script.finish("tool_calls").done().recording();
  }

  private void create(String thread, String config) {
    Reply made =
        api.post(
                "/v1/threads",
                "{\"threadId\":\""
                    + thread
                    + "\",\"metadata\":{\"userId\":\"u\"},\"config\":"
                    + config
                    + "}")
            .join();
    assertThat(made.status()).as(made.text()).isEqualTo(201);
  }

  private Reply run(String thread, String query) {
    return api.post(
            "/v1/threads/" + thread + "/runs", new JsonObject().put("query", query).encode())
        .join();
  }

  private Reply resume(String thread, Reply run, String answer) {
    return resume(thread, run.body().path("suspension"), answer);
  }

  private Reply resume(String thread, JsonNode suspension, String answer) {
    String path = "/v1/threads/" + thread + "/runs/" + suspension.path("runId").asText();
    return api.post(path + "/resume", answer(suspension, answer).toString()).join();
  }

  /// The answer with the id of the suspension, or of the suspension of the run.
  private static ObjectNode answer(JsonNode about, String answer) {
    JsonNode suspension = about.has("suspension") ? about.path("suspension") : about;
    try {
      ObjectNode node = (ObjectNode) ApiClient.JSON.readTree(answer);
      return node.put("suspensionId", suspension.path("suspensionId").asText());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private Reply end(String thread, String run) {
    return end(thread, run, "return");
  }

  private Reply end(String thread, String run, String onSuspend) {
    return api.get(
        "/v1/threads/" + thread + "/runs/" + run + "/wait?timeoutMs=20000&onSuspend=" + onSuspend);
  }

  private List<String> types(String thread) {
    return api.log(thread).stream().map(fact -> fact.path("event").asText()).toList();
  }

  private static final class Socket implements WebSocket.Listener {
    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    Socket(int port) {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/ws"), this)
              .join();
    }

    void send(String message) {
      socket.sendText(message, true).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          heard.add(ApiClient.JSON.readTree(text.toString()));
        } catch (JsonProcessingException e) {
          throw new AssertionError(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
