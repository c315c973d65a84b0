package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.app.server.LiveServer;
import dev.artserver.e2e.ApiClient.Reply;
import dev.artserver.http.Images;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.ScriptedService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Images over WebSocket: the same as over REST, with the default limits.
class ImagesOverWebSocketTest {
  /// Bytes of the largest image allowed.
  private static final int LARGE = 4 << 20;

  /// Longer than any message here.
  private static final int ONE_FRAME = 64 << 20;

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();

  private final ScriptedService service =
      models.serve(asked -> Script.stream().text("A cat.").finish("stop").done().recording());
  private final LiveServer server =
      LiveServer.start(
          Map.of(
              "store.kind", "memory",
              "defaults.agent", "react",
              "providers.demo.kind", "openai",
              "providers.demo.baseUrl", service.url()));

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({"9, " + ONE_FRAME, "9, 10", LARGE + ", " + ONE_FRAME, LARGE + ", 1000000"})
  void an_image_reaches_the_model_in_one_frame_or_in_several(int bytes, int frame) {
    Client client = new Client(server.port());

    client.send(run(Images.pngPart(bytes)), frame);

    await().until(() -> service.received().size() == 1);
    assertThat(service.received().getFirst().body().encode())
        .contains("data:image/png;base64," + Images.png(bytes));
    await().until(() -> !client.heard.isEmpty());
    assertThat(client.heard.getFirst().path("type").asText()).isEqualTo("ack");
  }

  @Test
  void an_image_too_large_is_refused_and_the_socket_stays_open() {
    Client client = new Client(server.port());

    client.send(run(Images.pngPart(LARGE + 1)), ONE_FRAME);

    await().until(() -> !client.heard.isEmpty());
    assertThat(client.heard.getFirst().at("/problem/errors/0/pointer").asText())
        .isEqualTo("/query/0/data");
    client.send("{\"type\":\"ping\"}", ONE_FRAME);
    await().until(() -> client.heard.size() == 2);
    assertThat(service.calls()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {ONE_FRAME, 1_000_000})
  void a_message_too_large_ends_its_socket_with_the_limit_and_no_other(int frame) {
    Client client = new Client(server.port());
    Client other = new Client(server.port());

    client.send(run(Images.pngPart(15 << 20)), frame);

    await().until(() -> client.closed != null);
    assertThat(client.closed).isEqualTo("1009 a message may have at most 8388608 bytes");
    other.send(run(Images.pngPart(9)), ONE_FRAME);
    await().until(() -> service.received().size() == 1);
    Reply reply = new ApiClient(server.port()).post("/v1/runs", "{\"query\": \"Hi\"}").join();
    assertThat(reply.body().at("/response/content").asText()).isEqualTo("A cat.");
    assertThat(other.closed).isNull();
  }

  private static String run(String part) {
    return "{\"type\":\"run\",\"id\":1,\"threadId\":\"t\",\"ifNotExists\":\"create\",\"query\":["
        + part
        + "]}";
  }

  /// Keeps every message it gets.
  private static final class Client implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private volatile @Nullable String closed;

    Client(int port) {
      socket =
          HTTP.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/ws"), this)
              .join();
    }

    /// Sends the message in frames, until its end or until the server closes.
    ///
    /// @param frame characters in each frame except the last
    void send(String message, int frame) {
      boolean sent = true;
      for (int at = 0; at < message.length() && sent; at += frame) {
        int end = Math.min(message.length(), at + frame);
        sent =
            socket
                .sendText(message.substring(at, end), end == message.length())
                .handle((self, refused) -> refused == null)
                .join();
      }
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

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed = code + " " + reason;
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed = error.toString();
    }

    private static JsonNode read(String text) {
      try {
        return ApiClient.JSON.readTree(text);
      } catch (JsonProcessingException e) {
        throw new AssertionError(text, e);
      }
    }
  }
}
