package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.FireAndForget;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.Services;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The head of an answer is let go while it streams, but for what it says about the connection.
@Timeout(60)
class AnswerHeadsTest {
  private static final String TEXT =
      """
      data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connections = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Any: thing, 1",
    "Connection: keep-alive, 1",
    "Keep-Alive: timeout=60, 1",
    "Connection: close, 3",
  })
  void a_connection_is_used_again_unless_the_answer_said_it_is_the_last(
      String header, int connectionsOfThree) throws Exception {
    NetServer service = vertx.createNetServer().connectHandler(socket -> serve(socket, header));
    int port =
        service
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    ProviderClient client =
        new ServiceClient(
            vertx,
            InstantSource.system(),
            Services.of("x", "http://127.0.0.1:" + port + "/v1", "k"),
            new OpenAiProtocol(Dialect.OPENAI));
    Context context = vertx.getOrCreateContext();

    for (int i = 0; i < 3; i++) {
      RecordingListener heard = new RecordingListener();
      context.runOnContext(go -> client.start(Requests.ask("?"), heard));
      assertThat(heard.reply().text()).isEqualTo("a");
    }

    assertThat(connections).hasValue(connectionsOfThree);
  }

  /// Answers whatever comes, and never closes by itself.
  private void serve(NetSocket socket, String header) {
    connections.incrementAndGet();
    StringBuilder heard = new StringBuilder();
    socket.handler(bytes -> {
      heard.append(bytes);
      if (heard.toString().endsWith("}")) {
        heard.setLength(0);
        String answer =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + header
                + "\r\nContent-Length: "
                + TEXT.length()
                + "\r\n\r\n"
                + TEXT;
        FireAndForget.logged(socket.write(answer), "answer");
      }
    });
  }
}
