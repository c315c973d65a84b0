package dev.artserver.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.FireAndForget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushesTest {
  private static final int MESSAGES = 50;

  private final Vertx vertx = Vertx.vertx();

  // Vert.x closes a client without references.
  private final WebSocketClient client = vertx.createWebSocketClient();
  private final HttpServer server = vertx.createHttpServer();
  private final AtomicInteger flushes = new AtomicInteger();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void messages_of_one_turn_of_the_event_loop_go_in_one_call() {
    server
        .requestHandler(request -> {
          HttpConnection connection = request.connection();
          FireAndForget.logged(
              request.toWebSocket().onSuccess(socket -> write(connection, socket)),
              "open a socket");
        })
        .listen(0, "127.0.0.1")
        .await();
    Promise<Void> received = Promise.promise();
    AtomicInteger messages = new AtomicInteger();

    client
        .connect(server.actualPort(), "127.0.0.1", "/")
        .onSuccess(socket ->
            socket.textMessageHandler(text -> {
              if (messages.incrementAndGet() == MESSAGES) {
                received.complete();
              }
            }))
        .await();

    received.future().await();
    assertThat(flushes).hasValue(1);
  }

  private void write(HttpConnection connection, ServerWebSocket socket) {
    Flushes.onceATick(connection);
    ServerChannels.pipeline(connection).addFirst(new Counting());
    // Not while the upgrade is still being read.
    vertx.runOnContext(ignored -> {
      flushes.set(0);
      for (int i = 0; i < MESSAGES; i++) {
        FireAndForget.logged(socket.writeTextMessage("message " + i), "write a message");
      }
    });
  }

  private final class Counting extends ChannelOutboundHandlerAdapter {
    @Override
    public void flush(ChannelHandlerContext context) {
      flushes.incrementAndGet();
      context.flush();
    }
  }
}
