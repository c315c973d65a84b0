package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.Message;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.ThreadCommand;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a WebSocket keeps when a command is refused, and what it forgets.
class SocketRefusalsTest {
  private static final ThreadId T1 = new ThreadId("t-1");
  private static final int BOUND_MAX = 256;
  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"t-1\",\"after\":1}";
  private static final String BOUND_RUN =
      "{\"type\":\"run\",\"id\":2,\"threadId\":\"t-1\",\"query\":\"q\",\"onDisconnect\":\"cancel\"}";

  private ApiUnderTest server;
  private SocketClient socket;

  @BeforeEach
  void start() {
    server = new ApiUnderTest();
    server.threads.create("t-1");
    socket = new SocketClient(server);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void say(String text) {
    server.threads.append(
        T1,
        new ThreadEvent.MessageAdded(
            new Message("m", Role.USER, text, FakeThreads.NOW, null, null)));
  }

  private void end(String run) {
    server.threads.append(T1, new ThreadEvent.RunCompleted(new RunId(run), FakeThreads.SUMMARY));
  }

  @Test
  void a_subscription_goes_on_when_following_again_is_refused() {
    socket.ask(SUBSCRIBE);
    server.threads.refuse(new Failure.Full("OVERLOADED", "readers", 1, Duration.ofSeconds(1)));

    var refused = socket.ask(SUBSCRIBE);
    say("still here");

    assertThat(refused.at("/problem/code").asText()).isEqualTo("OVERLOADED");
    await().until(() -> socket.heard.size() == 3);
    assertThat(socket.heard.get(2).at("/data/content").asText()).isEqualTo("still here");
    assertThat(server.api.subscriptions()).isEqualTo(1);
  }

  @Test
  void a_subscription_goes_on_until_the_next_one_is_accepted() {
    socket.ask(SUBSCRIBE);
    Promise<Void> late = Promise.promise();
    server.threads.followAfter(late.future());
    FireAndForget.logged(socket.socket.writeTextMessage(SUBSCRIBE), "write a message");
    await().until(() -> server.threads.followers(T1) == 2);

    say("meanwhile");
    await().until(() -> socket.heard.size() == 2);
    late.complete();

    // The second one begins behind its answer, and only it goes on.
    await().until(() -> socket.heard.size() == 4);
    say("once");
    await().until(() -> socket.heard.size() == 5);
    assertThat(socket.heard.get(1).at("/data/content").asText()).isEqualTo("meanwhile");
    assertThat(socket.heard.get(2).get("type").asText()).isEqualTo("ack");
    assertThat(socket.heard.get(4).at("/data/content").asText()).isEqualTo("once");
    assertThat(server.threads.followers(T1)).isEqualTo(1);
  }

  @Test
  void a_subscription_that_is_not_accepted_yet_can_be_ended() {
    Promise<Void> late = Promise.promise();
    server.threads.followAfter(late.future());
    FireAndForget.logged(socket.socket.writeTextMessage(SUBSCRIBE), "write a message");
    await().until(() -> server.threads.followers(T1) == 1);

    socket.ask("{\"type\":\"unsubscribe\",\"id\":2,\"threadId\":\"t-1\"}");
    late.complete();

    await().until(() -> server.threads.followers(T1) == 0);
    assertThat(server.api.subscriptions()).isZero();
  }

  @Test
  void an_open_run_is_cancelled_with_its_socket_however_many_ended_since() {
    socket.ask(BOUND_RUN);
    for (int i = 2; i <= BOUND_MAX + 10; i++) {
      socket.ask(BOUND_RUN);
      end("r_" + i);
    }

    ApiUnderTest.await(socket.socket.close());

    await().until(() -> !server.threads.commands(ThreadCommand.CancelRun.class).isEmpty());
    assertThat(server.threads.commands(ThreadCommand.CancelRun.class))
        .extracting(command -> command.run().value())
        .contains("r_1")
        .doesNotContain("r_2", "r_3");
    await().until(() -> server.threads.followers(T1) == 0);
  }

  @Test
  void more_open_runs_than_can_be_cancelled_with_the_socket_are_refused() {
    for (int i = 0; i < BOUND_MAX; i++) {
      assertThat(socket.ask(BOUND_RUN).get("type").asText()).isEqualTo("ack");
    }

    var refused = socket.ask(BOUND_RUN);
    end("r_7");

    assertThat(refused.at("/problem/code").asText()).isEqualTo("OVERLOADED");
    await().until(() -> socket.ask(BOUND_RUN).get("type").asText().equals("ack"));
  }

  @Test
  void a_run_started_twice_with_one_key_is_cancelled_once() {
    String keyed = BOUND_RUN.replace("}", ",\"idempotencyKey\":\"k\"}");
    socket.ask(keyed);
    socket.ask(keyed);

    ApiUnderTest.await(socket.socket.close());

    await().until(() -> server.threads.followers(T1) == 0);
    assertThat(server.threads.commands(ThreadCommand.CancelRun.class)).hasSize(1);
  }
}
