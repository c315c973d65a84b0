package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RestingConnectionsTest {
  private final Promise<HttpConnection> accepted = Promise.promise();

  /// Found by heaps that differed by 7 KB a stream: a closed connection was kept until another call
  /// came, or until the next look at all of them.
  @Test
  void a_connection_that_the_service_closes_is_dropped_at_once(Vertx vertx, VertxTestContext test) {
    // With HTTP/2 enabled the server would wait for a first byte.
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
            .connectionHandler(accepted::complete)
            .requestHandler(any -> {});

    server
        .listen(0, "127.0.0.1")
        .onComplete(
            test.succeeding(listening -> vertx.runOnContext(begin -> rest(vertx, server, test))));
  }

  private void rest(Vertx vertx, HttpServer server, VertxTestContext test) {
    ServiceConfig config = Services.of("x", "http://127.0.0.1:" + server.actualPort() + "/v1", "");
    ServiceConnections connections =
        new ServiceConnections(vertx, config, ServiceAddress.of(config.baseUrl()));
    connections
        .take()
        .onComplete(
            test.succeeding(connection -> {
              connections.giveBack(connection);
              test.verify(() -> assertThat(connections.resting()).isEqualTo(1));
              accepted.future().compose(HttpConnection::close).onFailure(test::failNow);
              vertx.setPeriodic(
                  1,
                  timer -> {
                    if (connections.resting() == 0) {
                      test.completeNow();
                    }
                  });
            }));
  }
}
