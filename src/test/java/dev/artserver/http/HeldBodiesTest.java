package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A run may take an hour, and what it was asked with may hold images of megabytes.
class HeldBodiesTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final String QUERY = "{\"query\":\"What is 17% of 2,340?\"}";

  private volatile WeakReference<Buffer> body = new WeakReference<>(Buffer.buffer());
  private volatile WeakReference<HttpServerRequest> request = new WeakReference<>(null);
  private ApiUnderTest server;
  private HttpServer watched;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1");
    Vertx vertx = server.vertx;
    Map<String, OperationHandler> endpoints =
        server.endpoints(exchange -> Future.succeededFuture());
    new RunRoutes(vertx, server.api, new Heartbeats(vertx, server.api.config().heartbeat()))
        .addTo(endpoints);
    OperationHandler startRun = Objects.requireNonNull(endpoints.get("startRun"));
    endpoints.put(
        "startRun",
        exchange -> {
          body = new WeakReference<>(exchange.text());
          request = new WeakReference<>(exchange.request());
          return startRun.serve(exchange);
        });
    Router router =
        new ApiRouter(
                vertx,
                server.api,
                new Random(1),
                ApiVerticle.DIALECT,
                ApiRoute.all(endpoints, ApiVerticle.DIALECT))
            .router();
    watched =
        ApiUnderTest.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/event-stream"})
  void what_was_sent_is_not_kept_while_the_answer_takes_its_time(String accept) {
    ask(accept);

    await().until(() -> server.threads.followers(T1) == 1);

    await()
        .until(() -> {
          System.gc();
          return body.get() == null;
        });
  }

  @Test
  void a_stream_that_has_begun_keeps_neither_the_routers_context_nor_the_headers() {
    ask("text/event-stream");
    await().until(() -> server.threads.followers(T1) == 1);
    // The wrapper goes with the context; what is below it stays as long as the answer.
    HttpServerRequest asked = Objects.requireNonNull(request.get());
    HttpServerResponse answer = asked.response();
    MultiMap head = asked.headers();

    await().until(() -> head.isEmpty() && answer.headers().isEmpty());

    asked = null;
    await()
        .until(() -> {
          System.gc();
          return request.get() == null;
        });
    assertThat(answer.ended()).isFalse();
  }

  private void ask(String accept) {
    String request =
        "POST /v1/threads/t-1/runs HTTP/1.1\r\nHost: a\r\nAccept: "
            + accept
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + QUERY.length()
            + "\r\n\r\n"
            + QUERY;
    FireAndForget.logged(
        server
            .netClient
            .connect(watched.actualPort(), "127.0.0.1")
            .compose(socket -> socket.write(request)),
        "send a request");
  }
}
