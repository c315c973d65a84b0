package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.Dialect;
import dev.artserver.http.exchange.ErrorFormat;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.exchange.StreamEncoder;
import dev.artserver.http.exchange.StreamEncoding;
import dev.artserver.model.Failure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A door of another protocol writes errors and streams in its own way.
class DialectTest {
  private static final Dialect OTHER = new Dialect(new Codes(), new Lines());

  private final ApiUnderTest server = new ApiUnderTest();
  private int port;

  @BeforeEach
  void start() {
    server.threads.create("t-1");
    Vertx vertx = server.vertx;
    Map<String, OperationHandler> handlers =
        server.endpoints(exchange -> {
          throw new IllegalStateException("a mistake");
        });
    Heartbeats heartbeats = new Heartbeats(vertx, server.api.config().heartbeat());
    new EventRoutes(vertx, server.api, heartbeats, PageLimits.of(server.api.config()))
        .addTo(handlers);
    Map<String, ApiRoute> routes = ApiRoute.all(handlers, ApiVerticle.DIALECT);
    routes.put(
        "listEvents",
        new ApiRoute(Objects.requireNonNull(routes.get("listEvents")).handler(), OTHER));
    Router router =
        new ApiRouter(vertx, server.api, new Random(1), ApiVerticle.DIALECT, routes).router();
    HttpServer other =
        ApiUnderTest.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    port = other.actualPort();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String answer(String path) {
    return ApiUnderTest.await(
        server
            .client
            .request(HttpMethod.GET, port, "127.0.0.1", path)
            .compose(request -> request.send())
            .compose(response ->
                response
                    .body()
                    .map(body ->
                        response.statusCode()
                            + " "
                            + response.getHeader("Content-Type")
                            + " "
                            + body)));
  }

  @Test
  void errors_of_a_route_are_written_in_its_format() {
    String refusedByHandler = answer("/v1/threads/nope/events");
    String refusedByContract = answer("/v1/threads/t-1/events?limit=x");
    String other = answer("/v1/threads/nope");

    assertThat(refusedByHandler).isEqualTo("200 text/plain THREAD_NOT_FOUND");
    assertThat(refusedByContract).isEqualTo("200 text/plain INVALID_REQUEST");
    assertThat(other).startsWith("500 application/problem+json {");
  }

  @Test
  void streams_of_a_route_are_written_in_its_encoding() {
    AtomicReference<String> heard = new AtomicReference<>("");
    Future<String> type =
        server
            .client
            .request(HttpMethod.GET, port, "127.0.0.1", "/v1/threads/t-1/events?follow=true")
            .compose(request -> request.send())
            .map(response -> {
              response.handler(part -> heard.accumulateAndGet(part.toString(), String::concat));
              return response.getHeader("Content-Type");
            });
    assertThat(ApiUnderTest.await(type)).isEqualTo("application/x-lines");
    await().until(() -> "begin\n1 item\n".equals(heard.get()));

    server.threads.end(new ThreadId("t-1"), FeedEnd.DELETED);

    await().until(() -> "begin\n1 item\nDELETED\n".equals(heard.get()));
  }

  private static final class Codes implements ErrorFormat {
    @Override
    public String mediaType() {
      return "text/plain";
    }

    @Override
    public int status(Failure failure) {
      return 200;
    }

    @Override
    public Buffer write(Failure failure, @Nullable ThreadId thread, @Nullable RunId run) {
      return Buffer.buffer(failure.code());
    }
  }

  private static final class Lines implements StreamEncoding, StreamEncoder {
    @Override
    public String mediaType() {
      return "application/x-lines";
    }

    @Override
    public StreamEncoder encoder() {
      return this;
    }

    @Override
    public void appendBegin(Buffer out) {
      out.appendString("begin\n");
    }

    @Override
    public void appendPart(FeedPart part, Buffer out) {
      out.appendString(part.items().size() + " item\n");
    }

    @Override
    public void appendEnd(FeedEnd end, Buffer out) {
      out.appendString(end + "\n");
    }

    @Override
    public Buffer heartbeat() {
      return Buffer.buffer();
    }
  }
}
