package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.exchange.JsonText;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A client that keeps the messages it gets.
final class SocketClient {
  final List<JsonNode> heard = new CopyOnWriteArrayList<>();
  final WebSocket socket;

  SocketClient(ApiUnderTest server) {
    socket =
        ApiUnderTest.await(
            server
                .webSockets
                .connect(
                    new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(server.port)
                        .setURI("/v1/ws"))
                .onSuccess(opened ->
                    opened.textMessageHandler(
                        text -> heard.add(JsonText.read(text.getBytes(StandardCharsets.UTF_8))))));
  }

  JsonNode ask(String message) {
    int before = heard.size();
    FireAndForget.logged(socket.writeTextMessage(message), "write a message");
    await().pollInterval(Duration.ofMillis(2)).until(() -> heard.size() > before);
    return heard.get(before);
  }

  void awaitClosed(int code) {
    await().until(socket::isClosed);
    assertThat(socket.closeStatusCode()).isEqualTo((short) code);
  }
}
