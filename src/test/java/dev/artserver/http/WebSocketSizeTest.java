package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Message;
import dev.artserver.model.Role;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How large messages from a client may be: 4,096 bytes here, in one frame or in several.
class WebSocketSizeTest {
  private static final int MAX = 4_096;
  private static final String REASON = "a message may have at most 4096 bytes";
  private static final String PING = "{\"type\":\"ping\",\"id\":\"x\"}";

  private ApiUnderTest server;
  private SocketClient socket;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1");
    socket = new SocketClient(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000, MAX - 1, MAX})
  void a_message_of_the_largest_size_is_taken_however_it_is_cut(int frame) {
    send(socket, PING + " ".repeat(MAX - PING.length()), frame);

    await().until(() -> socket.heard.size() == 1);
    assertThat(socket.heard.getFirst().toString()).isEqualTo("{\"type\":\"pong\",\"id\":\"x\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, MAX, MAX + 1})
  void one_byte_more_closes_and_says_what_is_allowed(int frame) {
    send(socket, PING + " ".repeat(MAX - PING.length() + 1), frame);

    socket.awaitClosed(1009);
    assertThat(socket.socket.closeReason()).isEqualTo(REASON);
    assertThat(socket.heard).isEmpty();
  }

  /// Otherwise the connection is reset while the client writes, and the reason is lost.
  @ParameterizedTest
  @ValueSource(ints = {MAX, 1 << 20, 8 << 20})
  void a_message_far_above_the_limit_is_closed_with_a_reason_too(int frame) {
    // On a busy machine a client has not sent that much within the grace of the other tests.
    try (ApiUnderTest patient =
        new ApiUnderTest(
            ApiUnderTest.config(
                TestConfigs.HTTP.bodyMax(), 100, 100, 10, TestConfigs.HTTP.closeGrace()))) {
      SocketClient client = new SocketClient(patient);

      send(client, "x".repeat(8 << 20), frame);

      client.awaitClosed(1009);
      assertThat(client.socket.closeReason()).isEqualTo(REASON);
    }
  }

  @Test
  void no_more_is_read_while_as_much_as_a_message_may_have_is_under_way() {
    Promise<Void> answer = Promise.promise();
    server.threads.answerAfter(answer.future());
    String run = "{\"type\":\"run\",\"id\":1,\"threadId\":\"t-1\",\"query\":\"q\"}";

    for (int i = 0; i < 5; i++) {
      FireAndForget.logged(
          socket.socket.writeTextMessage(run + " ".repeat(MAX / 2 - run.length())),
          "write a message");
    }

    await().until(() -> server.threads.commands().size() == 2);
    await().during(Duration.ofMillis(200)).until(() -> server.threads.commands().size() == 2);
    server.threads.answerAfter(Future.succeededFuture());
    answer.complete();
    await().until(() -> socket.heard.size() == 5);
  }

  @Test
  void other_readers_go_on() {
    SocketClient other = new SocketClient(server);
    other.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    send(socket, "x".repeat(MAX + 1), MAX + 1);
    socket.awaitClosed(1009);
    server.threads.append(
        new ThreadId("t-1"),
        new ThreadEvent.MessageAdded(
            new Message("m", Role.USER, "still here", FakeThreads.NOW, null, null)));

    await().until(() -> other.heard.size() == 2);
    assertThat(other.heard.getLast().at("/data/content").asText()).isEqualTo("still here");
    assertThat(server.get("/v1/threads/t-1").status()).isEqualTo(200);
    await().until(() -> server.api.connections() == 2);
  }

  /// @param frame bytes of each frame but the last
  private static void send(SocketClient client, String message, int frame) {
    for (int at = 0; at < message.length(); at += frame) {
      String part = message.substring(at, Math.min(message.length(), at + frame));
      boolean last = at + frame >= message.length();
      WebSocketFrame next =
          at == 0
              ? WebSocketFrame.textFrame(part, last)
              : WebSocketFrame.continuationFrame(Buffer.buffer(part), last);
      FireAndForget.harmless(
          client.socket.writeFrame(next), "the server closes when the message is too large");
    }
  }
}
