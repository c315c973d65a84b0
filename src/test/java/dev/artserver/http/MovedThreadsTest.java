package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.MovingThreads;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real owner moves in the middle of a run.
class MovedThreadsTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final String RUN = "{\"query\":\"q\"}";
  private static final Pattern ID = Pattern.compile("^id: (\\d+)$", Pattern.MULTILINE);
  private static final Map<String, String> STREAM =
      Map.of("Content-Type", "application/json", "Accept", "text/event-stream");

  private MovingThreads moving;
  private ApiUnderTest server;

  @BeforeEach
  void start() {
    moving = new MovingThreads();
    moving.create(T1);
    server = new ApiUnderTest(moving.vertx(), moving.threads());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// A model call is under way when the owner moves; the next owner's call is answered.
  private void moveInTheMiddleOfTheRun() {
    await().until(() -> moving.calls() == 1);
    moving.answer(true);
    moving.move(T1);
  }

  @Test
  void a_post_that_waits_does_not_notice() {
    moving.answer(false);
    var asked =
        server.send(
            "POST", "/v1/threads/t-1/runs", Map.of("Content-Type", "application/json"), RUN);

    moveInTheMiddleOfTheRun();

    var reply = ApiUnderTest.await(asked);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().at("/metadata/status").asText()).isEqualTo("completed");
  }

  @Test
  void the_stream_of_a_run_does_not_notice() {
    moving.answer(false);
    Future<Buffer> asked =
        server
            .request("POST", "/v1/threads/t-1/runs", STREAM)
            .compose(request -> request.send(RUN).compose(response -> response.body()));

    moveInTheMiddleOfTheRun();

    String heard = ApiUnderTest.await(asked).toString();
    assertThat(heard).doesNotContain("event: end").contains("event: run.completed");
    assertEachOnce(seqs(heard));
  }

  @Test
  void a_stream_of_the_thread_does_not_notice() {
    moving.answer(false);
    Buffer heard = Buffer.buffer();
    FireAndForget.logged(
        server
            .request("GET", "/v1/threads/t-1/events?follow=true", Map.of())
            .compose(request -> request.send())
            .onSuccess(response ->
                response.handler(part -> {
                  synchronized (heard) {
                    heard.appendBuffer(part);
                  }
                })),
        "follow the thread");
    await().until(() -> server.api.subscriptions() == 1);
    FireAndForget.logged(
        server.send(
            "POST", "/v1/threads/t-1/runs", Map.of("Content-Type", "application/json"), RUN),
        "run");

    moveInTheMiddleOfTheRun();

    await().until(() -> text(heard).contains("event: run.completed"));
    assertThat(text(heard)).doesNotContain("event: end");
    assertEachOnce(seqs(text(heard)));
  }

  @Test
  void a_web_socket_does_not_notice() {
    moving.answer(false);
    SocketClient socket = new SocketClient(server);
    socket.ask("{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\"}");
    FireAndForget.logged(
        socket.socket.writeTextMessage(
            "{\"type\":\"run\",\"id\":2,\"threadId\":\"t-1\",\"query\":\"q\"}"),
        "write a message");

    moveInTheMiddleOfTheRun();

    await()
        .until(() ->
            socket.heard.stream()
                .anyMatch(message -> message.path("event").asText().equals("run.completed")));
    assertThat(socket.heard).noneMatch(message -> message.path("type").asText().equals("end"));
    assertEachOnce(
        socket.heard.stream()
            .filter(message -> message.path("type").asText().equals("event"))
            .map((JsonNode message) -> message.get("seq").longValue())
            .toList());
  }

  private static String text(Buffer heard) {
    synchronized (heard) {
      return heard.toString();
    }
  }

  private static List<Long> seqs(String events) {
    List<Long> seqs = new ArrayList<>();
    Matcher ids = ID.matcher(events);
    while (ids.find()) {
      seqs.add(Long.valueOf(ids.group(1)));
    }
    return seqs;
  }

  /// Each fact was given once, in order, and none is missing.
  private static void assertEachOnce(List<Long> seqs) {
    assertThat(seqs)
        .isEqualTo(LongStream.rangeClosed(seqs.getFirst(), seqs.getLast()).boxed().toList());
  }
}
