package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ThreadId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientConnectionsTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private ApiUnderTest server;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static AtomicBoolean closed(NetSocket socket) {
    AtomicBoolean closed = new AtomicBoolean();
    socket.closeHandler(ignored -> closed.set(true));
    return closed;
  }

  @Test
  void a_connection_without_a_request_is_closed_in_time() {
    server.get("/v1/version");
    await().until(() -> server.api.connections() == 1);

    server.advance(Duration.ofSeconds(31));

    await().until(() -> server.api.connections() == 0);
  }

  @Test
  void a_request_that_does_not_arrive_is_closed_in_time() {
    NetSocket socket = server.connect();
    AtomicBoolean closed = closed(socket);
    FireAndForget.logged(
        socket.write(
            "POST /v1/threads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + "Content-Length: 99\r\n\r\n{"),
        "send a request");
    await().until(() -> server.api.connections() == 1);

    server.advance(Duration.ofSeconds(31));

    await().until(closed::get);
  }

  @Test
  void a_request_under_way_may_take_as_long_as_its_run() {
    var waiting =
        server.send(
            "POST",
            "/v1/threads/t-1/runs",
            Map.of("Content-Type", "application/json"),
            "{\"query\":\"q\"}");
    await().until(() -> server.threads.followers(T1) == 1);

    server.advance(Duration.ofHours(2));

    await().during(Duration.ofMillis(400)).until(() -> server.api.connections() == 1);
    server.call("POST", "/v1/threads/t-1/runs/r_1/cancel", Map.of(), null);
    assertThat(ApiUnderTest.await(waiting).json().at("/metadata/status").asText())
        .isEqualTo("cancelled");
  }

  @Test
  void http_2_without_tls_is_spoken() {
    HttpClient client =
        server.vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(server.port));
    Buffer heard = Buffer.buffer();
    RequestOptions events =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setURI("/v1/threads/t-1/events")
            .putHeader("Accept", "text/event-stream");

    HttpVersion version =
        ApiUnderTest.await(
            client
                .request(events)
                .compose(request ->
                    request
                        .send()
                        .map(response -> {
                          response.handler(heard::appendBuffer);
                          return response.version();
                        })));

    assertThat(version).isEqualTo(HttpVersion.HTTP_2);
    await().until(() -> heard.toString().contains("event: config.changed"));
    ApiUnderTest.await(client.close());
    await().until(() -> server.threads.followers(T1) == 0 && server.api.connections() == 0);
  }

  @Test
  void several_verticles_share_the_limits() {
    Api api = server.api;
    ApiVerticle other = new ApiVerticle(api, new Random(2));
    ApiUnderTest.await(server.vertx.deployVerticle(other));
    HttpClient client =
        server.vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(other.port()));
    server.get("/v1/version");

    int status =
        ApiUnderTest.await(
            client
                .request(HttpMethod.GET, "/v1/version")
                .compose(request -> request.send().map(response -> response.statusCode())));

    assertThat(status).isEqualTo(200);
    assertThat(api.connections()).isEqualTo(2);
    ApiUnderTest.await(client.close());
  }
}
