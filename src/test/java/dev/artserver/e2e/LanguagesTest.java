package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Text of any language reaches the model and the client whole, in messages, streams and logs.
@Timeout(60)
class LanguagesTest {
  private static final String QUERY = "漢字と🐎と é: \uD834\uDD1E?";

  /// Characters of one to four bytes in UTF-8; each piece ends at a character.
  private static final List<String> PIECES =
      List.of("漢", "字🐎", " naïve ", "👩‍👩‍👧", "\uD834\uDD1E", "終わり", "\u2028", "!");

  private static final String ANSWER = String.join("", PIECES);

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  @TempDir Path data;

  private ScriptedService service;
  private LiveServer server;
  private ApiClient api;

  @BeforeEach
  void start() {
    // TCP may cut inside a character.
    service = models.serve(asked -> answer().inPiecesOf(5).recording());
    server =
        LiveServer.start(
            Map.of(
                "store.directory",
                data.toString(),
                "defaults.agent",
                "react",
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

  private static Script answer() {
    Script script = Script.stream().role();
    for (String piece : PIECES) {
      script = script.pause(Duration.ofMillis(1)).text(piece);
    }
    return script.finish("stop").usage(1, 1, 0).done();
  }

  @Test
  void a_stream_of_server_sent_events_joins_to_the_answer() {
    Reply reply = run(Map.of("Accept", "text/event-stream"));

    StringBuilder joined = new StringBuilder();
    for (String event : reply.text().split("\n\n")) {
      if (event.startsWith("event: token\n")) {
        append(read(event.substring(event.indexOf("data: ") + 6)), joined);
      }
    }
    assertThat(joined.toString()).isEqualTo(ANSWER);
    assertWholeInMessagesAndLog();
  }

  @Test
  void messages_of_a_websocket_join_to_the_answer() {
    api.post("/v1/threads", "{\"threadId\":\"t\"}").join();
    Client client = new Client(server.port());
    client.send("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t\"}");
    client.send("{\"type\":\"run\",\"id\":2,\"threadId\":\"t\",\"query\":\"" + QUERY + "\"}");

    await().until(() -> client.heard.stream().anyMatch(LanguagesTest::ends));

    StringBuilder joined = new StringBuilder();
    client.heard.stream()
        .filter(message -> message.path("type").asText().equals("token"))
        .forEach(token -> append(token, joined));
    assertThat(joined.toString()).isEqualTo(ANSWER);
    assertWholeInMessagesAndLog();
  }

  @Test
  void a_waiting_client_gets_the_whole_answer() {
    Reply reply = run(Map.of());

    assertThat(reply.body().at("/response/content").asText()).isEqualTo(ANSWER);
    assertWholeInMessagesAndLog();
  }

  private Reply run(Map<String, String> headers) {
    String body = "{\"threadId\":\"t\",\"query\":\"" + QUERY + "\"}";
    Reply reply = api.send("POST", "/v1/runs", body, headers).join();
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply;
  }

  private void assertWholeInMessagesAndLog() {
    assertThat(service.received().getLast().body().encode()).contains(QUERY);
    JsonNode messages = api.get("/v1/threads/t/messages").body().path("items");
    assertThat(messages.findValuesAsText("content")).containsExactly(QUERY, ANSWER);
    List<JsonNode> ends =
        api.log("t").stream()
            .filter(fact -> fact.at("/data/status").asText().equals("completed"))
            .toList();
    assertThat(ends)
        .singleElement()
        .extracting(end -> end.at("/data/text").asText())
        .isEqualTo(ANSWER);
  }

  /// Offsets count UTF-16 units, as strings of Java and JavaScript do.
  private static void append(JsonNode token, StringBuilder joined) {
    assertThat(token.path("offset").asInt()).isEqualTo(joined.length());
    joined.append(token.path("text").asText());
  }

  private static boolean ends(JsonNode message) {
    return message.path("event").asText().equals("run.completed");
  }

  private static JsonNode read(String text) {
    try {
      return ApiClient.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  /// Keeps every message it gets.
  private static final class Client implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    Client(int port) {
      socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/ws"), this)
              .join();
    }

    void send(String message) {
      socket.sendText(message, true).join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      partial.append(text);
      if (last) {
        heard.add(read(partial.toString()));
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }
  }
}
