package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.thread.ThreadCommand;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static final Caller ANN = new Caller("ann", Set.of("user"), null);
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final String RUN = "{\"query\":\"q\"}";

  private ApiUnderTest server = new ApiUnderTest();

  @AfterEach
  void stop() {
    server.close();
  }

  private static Future<Caller> refused() {
    return Future.failedFuture(
        new FailureException(new Failure.Http("UNAUTHENTICATED", 401, "the token has expired")));
  }

  private Buffer heard(NetSocket socket) {
    Buffer heard = Buffer.buffer();
    socket.handler(part -> {
      synchronized (heard) {
        heard.appendBuffer(part);
      }
    });
    return heard;
  }

  private static String text(Buffer heard) {
    synchronized (heard) {
      return heard.toString();
    }
  }

  private static String postHead(String more) {
    return "POST /v1/threads/t-1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + "Content-Length: 13\r\n"
        + more
        + "\r\n";
  }

  @Test
  void a_caller_is_refused_before_a_byte_of_the_body_is_read() {
    server.authenticator = head -> refused();
    NetSocket socket = server.connect();
    Buffer heard = heard(socket);

    FireAndForget.logged(socket.write(postHead("Expect: 100-continue\r\n")), "write");

    await().until(() -> text(heard).contains("UNAUTHENTICATED"));
    assertThat(text(heard))
        .startsWith("HTTP/1.1 401 ")
        .containsIgnoringCase("Connection: close")
        .doesNotContain("100 Continue");
  }

  @Test
  void a_client_is_asked_for_the_body_when_its_caller_is_known() {
    server.threads.create("t-1");
    Promise<Caller> known = Promise.promise();
    server.authenticator = head -> known.future();
    NetSocket socket = server.connect();
    Buffer heard = heard(socket);
    FireAndForget.logged(
        socket.write(postHead("Expect: 100-continue\r\nPrefer: respond-async\r\n")), "write");

    known.complete(ANN);
    await().until(() -> text(heard).contains("100 Continue"));
    FireAndForget.logged(socket.write(RUN), "write");

    await().until(() -> text(heard).contains("HTTP/1.1 202"));
  }

  @Test
  void every_command_has_the_caller() {
    server.threads.create("t-1");
    server.authenticator =
        head ->
            Future.succeededFuture(
                "Bearer ann".equals(head.header("authorization")) ? ANN : Caller.ANONYMOUS);

    server.call(
        "POST",
        "/v1/threads/t-1/runs",
        Map.of(
            "Content-Type",
            "application/json",
            "Prefer",
            "respond-async",
            "Authorization",
            "Bearer ann"),
        RUN);
    server.call("DELETE", "/v1/threads/t-1", Map.of(), null);

    assertThat(server.threads.commands())
        .extracting(ThreadCommand::caller)
        .containsExactly(ANN, Caller.ANONYMOUS);
  }

  @Test
  void a_body_that_came_meanwhile_is_not_lost() {
    server.threads.create("t-1");
    Promise<Caller> known = Promise.promise();
    Promise<RequestHead> asked = Promise.promise();
    server.authenticator =
        head -> {
          asked.tryComplete(head);
          return known.future();
        };
    var reply =
        server.send(
            "POST",
            "/v1/threads/t-1/runs",
            Map.of("Content-Type", "application/json", "Prefer", "respond-async"),
            RUN);
    RequestHead head = ApiUnderTest.await(asked.future());
    assertThat(head.method() + " " + head.path()).isEqualTo("POST /v1/threads/t-1/runs");

    // From another thread, as a client of a token service may complete it.
    known.complete(ANN);

    assertThat(ApiUnderTest.await(reply).status()).isEqualTo(202);
    assertThat(server.threads.commands(ThreadCommand.StartRun.class).getFirst().caller())
        .isEqualTo(ANN);
    assertThat(server.get("/v1/threads/t-1").status()).isEqualTo(200);
  }

  @Test
  void event_streams_and_web_sockets_are_refused_too() {
    server.threads.create("t-1");
    server.authenticator = head -> refused();

    var stream = server.get("/v1/threads/t-1/events?follow=true");
    var socket =
        server.get(
            "/v1/ws",
            Map.of(
                "Connection", "Upgrade",
                "Upgrade", "websocket",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));

    assertThat(stream.status()).isEqualTo(401);
    assertThat(socket.status()).isEqualTo(401);
    assertThat(server.threads.followers(new dev.artserver.model.ThreadId("t-1"))).isZero();
  }

  @Test
  void a_web_socket_has_the_caller_of_its_handshake() {
    server.threads.create("t-1");
    server.authenticator = head -> server.vertx.timer(1).map(later -> ANN);
    SocketClient socket = new SocketClient(server);

    socket.ask("{\"type\":\"run\",\"id\":1,\"threadId\":\"t-1\",\"query\":\"q\"}");

    assertThat(server.threads.commands(ThreadCommand.StartRun.class).getFirst().caller())
        .isEqualTo(ANN);
  }

  @Test
  void authentication_has_a_limit_of_time() {
    server.close();
    HttpConfig config = ApiUnderTest.config(8_192, 100, 100, 10);
    server = new ApiUnderTest(impatient(config));
    server.authenticator = head -> Promise.<Caller>promise().future();

    var reply = server.call("POST", "/v1/threads/t-1/runs", JSON, RUN);

    assertThat(reply.status()).isEqualTo(504);
    assertThat(reply.code()).isEqualTo("AUTHENTICATION_TIMEOUT");
  }

  @Test
  void a_mistake_in_an_authenticator_is_an_internal_error() {
    server.authenticator = head -> Future.failedFuture(new IllegalStateException("a mistake"));

    var reply = server.get("/v1/version");

    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.text()).doesNotContain("a mistake");
  }

  private static HttpConfig impatient(HttpConfig config) {
    return new HttpConfig(
        config.host(),
        config.port(),
        config.bodyMax(),
        config.headerMax(),
        config.uriMax(),
        config.frameMax(),
        config.connectionsMax(),
        config.subscriptionsMax(),
        config.subscriptionsPerSocketMax(),
        config.writeQueueMax(),
        Duration.ofHours(1),
        config.idleTimeout(),
        Duration.ofMillis(50),
        config.runTimeoutDefault(),
        config.runTimeoutMax(),
        config.pageDefault(),
        config.pageMax(),
        config.closeGrace(),
        config.origins(),
        config.images());
  }
}
