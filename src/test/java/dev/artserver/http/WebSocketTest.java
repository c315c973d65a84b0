package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.socket.WebSocketSession;
import dev.artserver.model.Caller;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.thread.ThreadCommand;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketTest {
  private final AtomicInteger drops = new AtomicInteger();
  private static final ThreadId T1 = new ThreadId("t-1");
  private ApiUnderTest server;
  private SocketClient socket;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1");
    server.threads.create("t-2");
    socket = new SocketClient(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void say(String thread, String text) {
    server.threads.append(
        new ThreadId(thread),
        new ThreadEvent.MessageAdded(
            new Message("m", Role.USER, text, FakeThreads.NOW, null, null)));
  }

  @Test
  void one_socket_follows_many_threads() {
    var first = socket.ask("{\"type\":\"subscribe\",\"id\":\"a\",\"threadId\":\"t-1\"}");
    await().until(() -> socket.heard.size() == 2);
    var second = socket.ask("{\"type\":\"subscribe\",\"id\":2,\"threadId\":\"t-2\",\"after\":1}");
    say("t-2", "hello");

    await().until(() -> socket.heard.size() == 4);
    assertThat(first.toString()).isEqualTo("{\"type\":\"ack\",\"id\":\"a\",\"threadId\":\"t-1\"}");
    assertThat(second.get("id").asInt()).isEqualTo(2);
    assertThat(socket.heard.get(1).at("/event").asText()).isEqualTo("config.changed");
    JsonNode event = socket.heard.get(3);
    assertThat(event.get("type").asText()).isEqualTo("event");
    assertThat(event.get("threadId").asText()).isEqualTo("t-2");
    assertThat(event.get("seq").asInt()).isEqualTo(2);
    assertThat(event.at("/data/content").asText()).isEqualTo("hello");
  }

  @Test
  void types_and_tokens_are_chosen() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"types\":[\"message\"]}");
    socket.ask(
        "{\"type\":\"subscribe\",\"id\":2,\"threadId\":\"t-2\",\"after\":9,\"tokens\":false}");
    FeedPart token =
        new FeedPart(
            List.of(
                new FeedPart.TokenItem(
                    new RunId("r_1"), "c_1", Phase.EXECUTION, "s1", false, 3, "hi")));

    server.threads.push(new ThreadId("t-2"), token);
    server.threads.push(T1, token);

    await().until(() -> socket.heard.size() == 3);
    assertThat(socket.heard.get(2).toString())
        .isEqualTo(
            "{\"type\":\"token\",\"threadId\":\"t-1\",\"runId\":\"r_1\",\"callId\":\"c_1\","
                + "\"phase\":\"execution\",\"stepId\":\"s1\",\"kind\":\"response\",\"offset\":3,"
                + "\"text\":\"hi\"}");
  }

  @Test
  void a_second_subscription_takes_the_place_of_the_first() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");
    socket.ask("{\"type\":\"subscribe\",\"id\":2,\"threadId\":\"t-1\",\"after\":1}");

    say("t-1", "once");

    await().until(() -> socket.heard.size() == 3);
    assertThat(server.threads.followers(T1)).isEqualTo(1);
    assertThat(server.api.subscriptions()).isEqualTo(1);
  }

  @Test
  void unsubscribing_ends_it() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    var ack = socket.ask("{\"type\":\"unsubscribe\",\"id\":2,\"threadId\":\"t-1\"}");

    assertThat(ack.get("type").asText()).isEqualTo("ack");
    assertThat(server.threads.followers(T1)).isZero();
    assertThat(server.api.subscriptions()).isZero();
  }

  @Test
  void a_subscription_that_ends_says_why() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    server.threads.end(T1, FeedEnd.TOO_SLOW);

    await().until(() -> socket.heard.size() == 2);
    assertThat(socket.heard.get(1).toString())
        .isEqualTo("{\"type\":\"end\",\"threadId\":\"t-1\",\"reason\":\"too_slow\"}");
    assertThat(server.api.subscriptions()).isZero();
  }

  @Test
  void runs_are_started_and_cancelled() {
    var started =
        socket.ask(
            """
            {"type":"run","id":1,"threadId":"t-3","query":"q","ifNotExists":"create","idempotencyKey":"k"}\
            """);
    var again =
        socket.ask(
            """
            {"type":"run","id":9,"threadId":"t-3","query":"q","ifNotExists":"create","idempotencyKey":"k"}\
            """);
    var cancelled =
        socket.ask("{\"type\":\"cancel\",\"id\":2,\"threadId\":\"t-3\",\"runId\":\"r_1\"}");

    assertThat(started.toString())
        .isEqualTo("{\"type\":\"ack\",\"id\":1,\"threadId\":\"t-3\",\"runId\":\"r_1\",\"seq\":2}");
    assertThat(again.get("runId").asText()).isEqualTo("r_1");
    assertThat(cancelled.get("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void a_run_may_end_with_its_socket() {
    socket.ask(
        "{\"type\":\"run\",\"id\":1,\"threadId\":\"t-1\",\"query\":\"q\",\"onDisconnect\":\"cancel\"}");
    socket.ask("{\"type\":\"run\",\"id\":2,\"threadId\":\"t-2\",\"query\":\"q\"}");

    FireAndForget.logged(socket.socket.close(), "close a socket");

    await().until(() -> server.threads.commands(ThreadCommand.CancelRun.class).size() == 1);
    assertThat(server.threads.commands(ThreadCommand.CancelRun.class).getFirst().run().value())
        .isEqualTo("r_1");
  }

  @Test
  void a_socket_where_nothing_happens_stays_open() {
    socket.ask("{\"type\":\"ping\"}");

    server.advance(Duration.ofHours(1));

    await().during(Duration.ofMillis(400)).until(() -> !socket.socket.isClosed());
  }

  @Test
  void a_ping_is_answered() {
    assertThat(socket.ask("{\"type\":\"ping\",\"id\":\"x\"}").toString())
        .isEqualTo("{\"type\":\"pong\",\"id\":\"x\"}");
    assertThat(socket.ask("{\"type\":\"ping\"}").toString()).isEqualTo("{\"type\":\"pong\"}");
  }

  @Test
  void an_invalid_command_is_answered_with_a_problem() {
    var broken = socket.ask("{nope");
    var unknown = socket.ask("{\"type\":\"dance\",\"id\":1}");
    var wrong = socket.ask("{\"type\":\"cancel\",\"id\":2,\"threadId\":\"t-1\",\"x\":1}");
    var missing = socket.ask("{\"type\":\"subscribe\",\"id\":3,\"threadId\":\"nope\"}");
    var late =
        socket.ask(
            "{\"type\":\"run\",\"id\":4,\"threadId\":\"t-1\",\"query\":\"q\",\"timeoutMs\":99999999}");

    assertThat(broken.at("/problem/code").asText()).isEqualTo("INVALID_REQUEST");
    assertThat(broken.has("id")).isFalse();
    assertThat(unknown.get("type").asText()).isEqualTo("error");
    assertThat(unknown.get("id").asInt()).isEqualTo(1);
    assertThat(wrong.at("/problem/errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/runId", "/x");
    assertThat(missing.at("/problem/code").asText()).isEqualTo("THREAD_NOT_FOUND");
    assertThat(late.at("/problem/errors/0/pointer").asText()).isEqualTo("/timeoutMs");
    assertThat(socket.ask("{\"type\":\"ping\"}").get("type").asText()).isEqualTo("pong");
  }

  @Test
  void a_socket_is_read_on_after_commands_that_are_refused_at_once() {
    for (int i = 0; i < 70; i++) {
      var refused =
          socket.ask(
              "{\"type\":\"run\",\"id\":1,\"threadId\":\"t-1\",\"query\":\"q\",\"timeoutMs\":99999999}");
      assertThat(refused.get("type").asText()).isEqualTo("error");
    }

    var pong = socket.ask("{\"type\":\"ping\"}");
    var started = socket.ask("{\"type\":\"run\",\"id\":2,\"threadId\":\"t-1\",\"query\":\"q\"}");

    assertThat(pong.get("type").asText()).isEqualTo("pong");
    assertThat(started.get("type").asText()).isEqualTo("ack");
  }

  @Test
  void a_subscription_that_is_refused_leaves_the_earlier_one_as_it_was() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");
    while (server.api.subscriptions() < server.api.config().subscriptionsMax()) {
      server.api.occupancy().subscribe();
    }

    var refused = socket.ask("{\"type\":\"subscribe\",\"id\":2,\"threadId\":\"t-1\",\"after\":1}");
    say("t-1", "still here");

    assertThat(refused.at("/problem/code").asText()).isEqualTo("OVERLOADED");
    await().until(() -> socket.heard.size() == 3);
    assertThat(socket.heard.get(2).at("/data/content").asText()).isEqualTo("still here");
  }

  @Test
  void binary_frames_close_with_1003() {
    FireAndForget.logged(socket.socket.writeBinaryMessage(Buffer.buffer("x")), "write a message");

    socket.awaitClosed(1003);
  }

  @Test
  void too_many_subscriptions_close_with_1008() {
    for (int i = 0; i < 10; i++) {
      server.threads.create("many-" + i);
      socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"many-" + i + "\",\"after\":1}");
    }

    FireAndForget.logged(
        socket.socket.writeTextMessage("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\"}"),
        "write a message");

    socket.awaitClosed(1008);
    await().until(() -> server.api.subscriptions() == 0);
  }

  @Test
  void a_socket_that_vanishes_is_unsubscribed() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    FireAndForget.logged(socket.socket.close(), "close a socket");

    await().until(() -> server.threads.followers(T1) == 0 && server.api.connections() == 0);
  }

  @Test
  void a_socket_that_is_not_read_stops_its_feeds() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");
    socket.socket.pause();
    for (int i = 0; i < 60; i++) {
      server.threads.push(T1, large());
    }

    await().until(() -> server.threads.waiting(T1) > 10);
    socket.socket.resume();
    await().until(() -> socket.heard.size() == 61);
  }

  @Test
  void a_socket_that_does_not_read_its_pongs_is_not_read_either() {
    UnreadSocket unread = new UnreadSocket();
    begin(unread);

    for (int i = 0; i < 1_000 && unread.reading(); i++) {
      unread.send("{\"type\":\"ping\"}");
    }

    assertThat(unread.reading()).isFalse();
    assertThat(unread.unread()).isEqualTo(UnreadSocket.FULL);
    unread.read();
    assertThat(unread.reading()).isTrue();
  }

  @Test
  void a_heartbeat_after_the_clients_close_frame_is_harmless() {
    UnreadSocket unread = new UnreadSocket();
    WebSocketSession session = begin(unread);
    unread.sayGoodbye();

    assertThatCode(session::onBeat).doesNotThrowAnyException();
  }

  @Test
  void a_socket_that_was_too_slow_and_reads_nothing_afterwards_is_cut_off() {
    UnreadSocket unread = new UnreadSocket();
    server.vertx.runOnContext(ignored -> {
      begin(unread);
      unread.send("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");
      while (unread.reading()) {
        unread.send("{\"type\":\"ping\"}");
      }
    });
    await().until(() -> server.threads.followers(T1) == 1);

    server.threads.end(T1, FeedEnd.TOO_SLOW);

    await().untilAsserted(() -> assertThat(drops).hasValue(1));
  }

  private static FeedPart large() {
    return new FeedPart(
        List.of(
            new FeedPart.TokenItem(
                new RunId("r_1"), "c", Phase.PLANNING, null, false, 0, "x".repeat(512 * 1024))));
  }

  private WebSocketSession begin(UnreadSocket unread) {
    WebSocketSession session =
        new WebSocketSession(
            server.vertx,
            WebSocketRoutes.services(server.api),
            new Heartbeats(server.vertx, Duration.ofHours(1)),
            unread.socket,
            Caller.ANONYMOUS,
            "trace",
            drops::incrementAndGet,
            () -> {});
    session.begin();
    return session;
  }

  @Test
  void a_plain_request_is_answered_with_upgrade_required() {
    var reply = server.get("/v1/ws");

    assertThat(reply.status()).isEqualTo(426);
    assertThat(reply.headers().get("Upgrade")).isEqualTo("websocket");
  }

  @Test
  void a_page_of_another_site_may_not_open_one() {
    var refused =
        server.get(
            "/v1/ws",
            Map.of(
                "Connection", "Upgrade",
                "Upgrade", "websocket",
                "Origin", "https://evil.example",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("ORIGIN_NOT_ALLOWED");
  }

  @Test
  void a_command_that_breaks_is_answered_and_counts_no_longer() {
    server.threads.breakWith(new IllegalStateException("a mistake"));

    // As many as may be under way: were one still counted, the socket would not be read again.
    for (int i = 0; i < 64; i++) {
      var answer =
          socket.ask("{\"type\":\"cancel\",\"id\":1,\"threadId\":\"t-1\",\"runId\":\"r_1\"}");

      assertThat(answer.get("type").asText()).isEqualTo("error");
      assertThat(answer.at("/problem/status").asInt()).isEqualTo(500);
      assertThat(answer.toString()).doesNotContain("a mistake");
    }

    assertThat(socket.ask("{\"type\":\"ping\",\"id\":2}").get("type").asText()).isEqualTo("pong");
  }

  @Test
  void a_server_that_stops_closes_with_1012() {
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}");

    ApiUnderTest.await(server.undeploy());

    socket.awaitClosed(1012);
    assertThat(server.threads.followers(T1)).isZero();
  }
}
