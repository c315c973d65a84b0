package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final RunId R1 = new RunId("r_1");
  private static final Map<String, String> SSE = Map.of("Accept", "text/event-stream");
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

  /// What a client got so far.
  private static final class Heard {
    private final Buffer text = Buffer.buffer();
    private final List<String> chunks = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    synchronized void add(Buffer chunk) {
      text.appendBuffer(chunk);
      chunks.add(chunk.toString(StandardCharsets.UTF_8));
    }

    synchronized String text() {
      return text.toString(StandardCharsets.UTF_8);
    }
  }

  private Heard listen(String path, Map<String, String> headers) {
    Heard heard = new Heard();
    HttpClientResponse response =
        ApiUnderTest.await(
            server
                .request("GET", path, headers)
                .compose(request ->
                    request
                        .send()
                        .onSuccess(r -> {
                          r.handler(heard::add);
                          r.endHandler(ignored -> heard.ended = true);
                          r.exceptionHandler(ignored -> heard.ended = true);
                        })));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.getHeader("Content-Type")).isEqualTo("text/event-stream");
    return heard;
  }

  private void say(String text) {
    server.threads.append(
        T1,
        new ThreadEvent.MessageAdded(
            new Message("m", Role.USER, text, FakeThreads.NOW, null, null)));
  }

  private static FeedPart token(String text) {
    return new FeedPart(
        List.of(new FeedPart.TokenItem(R1, "c_1", Phase.PLANNING, null, true, 7, text)));
  }

  @Test
  void a_page_has_envelopes_and_a_cursor() {
    say("one");
    say("two");

    var page = server.get("/v1/threads/t-1/events?limit=2");
    var rest = server.get("/v1/threads/t-1/events?after=" + page.json().get("nextCursor").asText());

    assertThat(page.json().at("/items").findValuesAsText("event"))
        .containsExactly("config.changed", "message");
    assertThat(page.json().at("/items/1/seq").asInt()).isEqualTo(2);
    assertThat(rest.json().at("/items/0/data/content").asText()).isEqualTo("two");
    assertThat(rest.json().has("nextCursor")).isFalse();
  }

  @Test
  void a_stream_replays_and_then_follows() {
    say("before");

    Heard heard = listen("/v1/threads/t-1/events?after=1", SSE);
    await().until(() -> heard.text().contains("before"));
    say("behind");

    await().until(() -> heard.text().contains("behind"));
    assertThat(heard.text())
        .startsWith("retry: 2000\n\nid: 2\nevent: message\ndata: {\"messageId\":\"m\"")
        .doesNotContain("config.changed");
    assertThat(heard.ended).isFalse();
  }

  @Test
  void a_reconnecting_client_goes_on_behind_its_last_event() {
    say("one");
    say("two");

    Heard heard =
        listen("/v1/threads/t-1/events?after=0&follow=true", Map.of("Last-Event-ID", "2"));

    await().until(() -> heard.text().contains("id: 3"));
    assertThat(heard.text()).doesNotContain("id: 1").doesNotContain("id: 2");
  }

  @Test
  void types_and_tokens_are_chosen() {
    Heard facts = listen("/v1/threads/t-1/events?types=run.queued,message&tokens=false", SSE);
    Heard all = listen("/v1/threads/t-1/events?types=message", SSE);
    await().until(() -> server.threads.followers(T1) == 2);

    server.threads.push(T1, token("thinking…"));
    say("hello");

    await().until(() -> facts.text().contains("hello") && all.text().contains("hello"));
    assertThat(facts.text()).doesNotContain("token").doesNotContain("config.changed");
    assertThat(all.text())
        .contains(
            "event: token\ndata: {\"runId\":\"r_1\",\"callId\":\"c_1\",\"phase\":\"planning\","
                + "\"kind\":\"thinking\",\"offset\":7,\"text\":\"thinking…\"}\n\n");
  }

  @Test
  void a_part_of_many_items_is_one_write() {
    Heard heard = listen("/v1/threads/t-1/events?after=1", SSE);
    await().until(() -> heard.text().contains("retry"));

    server.threads.push(
        T1,
        new FeedPart(
            List.of(
                token("a").items().getFirst(),
                token("b").items().getFirst(),
                token("c").items().getFirst())));

    await().until(() -> heard.text().contains("\"c\""));
    assertThat(heard.chunks)
        .anySatisfy(
            chunk -> assertThat(chunk).contains("\"a\"").contains("\"b\"").contains("\"c\""));
  }

  @Test
  void a_silent_stream_is_kept_alive_by_comments() {
    Heard heard = listen("/v1/threads/t-1/events?after=1", SSE);

    await().atMost(Duration.ofSeconds(5)).until(() -> heard.text().contains("\n:\n"));
  }

  @Test
  void a_stream_says_why_it_ends() {
    for (FeedEnd end : FeedEnd.values()) {
      Heard heard = listen("/v1/threads/t-1/events?after=1", SSE);
      await().until(() -> server.threads.followers(T1) == 1);

      server.threads.end(T1, end);

      await().until(() -> heard.ended);
      assertThat(heard.text())
          .endsWith(
              "event: end\ndata: {\"reason\":\"" + end.name().toLowerCase(Locale.ROOT) + "\"}\n\n");
    }
    await().until(() -> server.api.subscriptions() == 0);
  }

  @Test
  void a_client_that_vanishes_is_unsubscribed() {
    HttpClientResponse response =
        ApiUnderTest.await(
            server
                .request("GET", "/v1/threads/t-1/events", SSE)
                .compose(request -> request.send()));
    await().until(() -> server.threads.followers(T1) == 1);

    FireAndForget.logged(response.request().connection().close(), "close a connection");

    await().until(() -> server.threads.followers(T1) == 0);
    await().until(() -> server.api.subscriptions() == 0 && server.api.connections() == 0);
  }

  /// A client that asks for the stream and reads nothing, with more waiting than sockets can hold.
  private NetSocket deafClient() {
    NetSocket socket = server.connect();
    socket.pause();
    FireAndForget.logged(
        socket.write(
            "GET /v1/threads/t-1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"),
        "send a request");
    await().until(() -> server.threads.followers(T1) == 1);
    FeedPart large = token("x".repeat(512 * 1024));
    for (int i = 0; i < 60; i++) {
      server.threads.push(T1, large);
    }
    await().during(Duration.ofMillis(300)).until(() -> server.threads.waiting(T1) > 10);
    return socket;
  }

  @Test
  void a_reader_that_does_not_read_stops_its_feed() {
    NetSocket socket = deafClient();

    socket.handler(ignored -> {}).resume();

    await().until(() -> server.threads.waiting(T1) == 0);
  }

  @Test
  void a_reader_that_does_not_read_does_not_keep_the_server_from_stopping() {
    deafClient();

    ApiUnderTest.await(server.undeploy());

    assertThat(server.api.subscriptions()).isZero();
  }

  @Test
  void a_reader_that_was_too_slow_is_disconnected() {
    NetSocket socket = deafClient();

    server.threads.end(T1, FeedEnd.TOO_SLOW);

    await().until(() -> server.api.subscriptions() == 0 && server.api.connections() == 0);
    FireAndForget.logged(socket.close(), "close a socket");
  }

  @Test
  void an_unknown_thread_is_a_problem_and_no_stream() {
    var reply = server.get("/v1/threads/nope/events", SSE);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.headers().get("Content-Type")).isEqualTo("application/problem+json");
    assertThat(server.api.subscriptions()).isZero();
  }

  @Test
  void streams_beyond_the_limit_are_refused() {
    try (ApiUnderTest small = new ApiUnderTest(ApiUnderTest.config(2_048, 100, 1, 10))) {
      small.threads.create("t-1");
      ApiUnderTest.await(
          small.request("GET", "/v1/threads/t-1/events", SSE).compose(request -> request.send()));

      var events = small.get("/v1/threads/t-1/events", SSE);
      var run =
          small.call(
              "POST",
              "/v1/threads/t-1/runs",
              Map.of("Accept", "text/event-stream", "Content-Type", "application/json"),
              "{\"query\":\"q\"}");

      assertThat(events.status()).isEqualTo(503);
      assertThat(events.code()).isEqualTo("OVERLOADED");
      assertThat(events.headers().get("Retry-After")).isEqualTo("2");
      assertThat(run.status()).isEqualTo(503);
      assertThat(small.threads.commands()).isEmpty();
    }
  }
}
