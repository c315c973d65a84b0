package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.ApiRoute;
import dev.artserver.http.exchange.OperationHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StrayHandlerTest {
  private final ApiUnderTest server = new ApiUnderTest();

  @AfterEach
  void stop() {
    server.close();
  }

  /// Only a connection's own event loop writes to it; a client must not wait for an answer that
  /// cannot be written.
  @Test
  void a_handler_that_answers_from_another_thread_fails_and_the_client_gets_an_answer() {
    Vertx vertx = server.vertx;
    Map<String, OperationHandler> endpoints =
        server.endpoints(StrayHandlerTest::answerFromElsewhere);
    Router router =
        new ApiRouter(
                vertx,
                server.api,
                new Random(1),
                ApiVerticle.DIALECT,
                ApiRoute.all(endpoints, ApiVerticle.DIALECT))
            .router();
    int port =
        ApiUnderTest.await(
                vertx
                    .createHttpServer(ApiVerticle.options(server.api.config()))
                    .requestHandler(router)
                    .listen(0, "127.0.0.1"))
            .actualPort();

    HttpClientResponse answer =
        ApiUnderTest.await(
            server
                .client
                .request(HttpMethod.GET, port, "127.0.0.1", "/v1/threads")
                .compose(request -> request.send()));

    assertThat(answer.statusCode()).isEqualTo(500);
  }

  private static Future<?> answerFromElsewhere(ApiExchange exchange) {
    Promise<Void> elsewhere = Promise.promise();
    Future<Void> answered =
        elsewhere
            .future()
            .compose(now -> exchange.answer(200, JsonNodeFactory.instance.nullNode()));
    Thread.ofPlatform().start(elsewhere::complete);
    return answered;
  }
}
