package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.vertx.ServerChannels;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A stream of tokens is a stream of small packets, which Nagle's algorithm would hold back.
class NoDelayTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void connections_of_clients_send_small_packets_at_once() {
    HttpServerOptions options = ApiVerticle.options(TestConfigs.HTTP).setPort(0);
    Promise<Boolean> noDelay = Promise.promise();
    int port =
        vertx
            .createHttpServer(options)
            .requestHandler(request -> FireAndForget.logged(request.response().end(), "answer"))
            .connectionHandler(connection -> noDelay.complete(ServerChannels.noDelay(connection)))
            .listen()
            .await()
            .actualPort();

    Future<NetSocket> client = vertx.createNetClient().connect(port, "127.0.0.1");
    FireAndForget.logged(
        client.await().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "send a request");

    assertThat(noDelay.future().await()).isTrue();
  }
}
