package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.FactJson;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Facts that only a newer release understands come through to clients as they are.
class NewerFactsTest {
  private static final ThreadId THREAD = new ThreadId("t-1");
  private static final String DATA = "{\"runId\":\"r_1\",\"mood\":\"good\",\"apiKey\":\"***\"}";

  private final ApiUnderTest server = new ApiUnderTest();

  @BeforeEach
  void write() {
    server.threads.create("t-1");
    server.threads.append(THREAD, newer("run.dreamt"));
    server.threads.append(THREAD, newer("run.started"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ThreadEvent newer(String type) {
    return new ThreadEvent.Unknown(
        type,
        99,
        new RunId("r_1"),
        JsonNodeFactory.instance
            .objectNode()
            .put("runId", "r_1")
            .put("mood", "good")
            .put("apiKey", "sealed:v1:x"),
        FactJson.events(type));
  }

  @Test
  void a_page_shows_them() {
    var page = server.get("/v1/threads/t-1/events?after=1");

    assertThat(page.json().at("/items/0/event").asText()).isEqualTo("run.dreamt");
    assertThat(page.json().at("/items/0/seq").asInt()).isEqualTo(2);
    assertThat(page.json().at("/items/0/runId").asText()).isEqualTo("r_1");
    assertThat(page.json().at("/items/0/at").asText()).isNotEmpty();
    assertThat(page.json().at("/items/0/data").toString()).isEqualTo(DATA);
  }

  @Test
  void a_filter_by_an_event_lets_its_newer_form_through() {
    var page = server.get("/v1/threads/t-1/events?types=run.started");

    assertThat(page.json().at("/items").findValuesAsText("event")).containsExactly("run.started");
  }

  @Test
  void a_stream_shows_them() {
    Buffer heard = Buffer.buffer();
    ApiUnderTest.await(
        server
            .request("GET", "/v1/threads/t-1/events?after=1", Map.of("Accept", "text/event-stream"))
            .compose(request -> request.send().onSuccess(r -> r.handler(heard::appendBuffer))));

    await()
        .until(() -> heard.toString().contains("id: 2\nevent: run.dreamt\ndata: " + DATA + "\n\n"));
  }

  @Test
  void a_socket_shows_them() {
    SocketClient socket = new SocketClient(server);

    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    await()
        .until(() ->
            socket.heard.stream()
                .anyMatch(message ->
                    message.path("event").asText().equals("run.dreamt")
                        && message.path("data").toString().equals(DATA)));
  }

  @Test
  void observations_pass_them_over() {
    var page = server.get("/v1/threads/t-1/observations");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.json().at("/items")).isEmpty();
  }
}
