package dev.artserver.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.PeerUnreachable;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two instances on one event bus.
class EventBusChannelTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final InstanceId A = new InstanceId("a");
  private static final InstanceId B = new InstanceId("b");

  private final Vertx vertx = Vertx.vertx();
  private final EventBusChannel a = open(A, "a secret of the cluster");
  private final EventBusChannel b = open(B, "a secret of the cluster");

  private EventBusChannel open(InstanceId id, String secret) {
    return EventBusChannel.open(vertx, id, "art", secret).await();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void a_request_gets_its_answer_and_the_answerer_knows_who_asks() {
    b.answer("greet", (from, request) -> answer(from + " says " + request));

    assertThat(a.ask(B, "greet", Buffer.buffer("hello"), LONG).await()).hasToString("a says hello");
  }

  @Test
  void an_instance_may_ask_itself() {
    a.answer("greet", (from, request) -> answer("me"));

    assertThat(a.ask(A, "greet", Buffer.buffer(), LONG).await()).hasToString("me");
  }

  @Test
  void a_failure_is_the_same_at_the_asker() {
    Failure failure = new Failure.OwnedElsewhere(new ThreadId("t"));
    b.answer("fail", (from, request) -> Future.failedFuture(new FailureException(failure)));
    b.answer(
        "throw",
        (from, request) -> {
          throw new FailureException(failure);
        });

    assertThatThrownBy(() -> a.ask(B, "fail", Buffer.buffer(), LONG).await())
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    assertThatThrownBy(() -> a.ask(B, "throw", Buffer.buffer(), LONG).await())
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isEqualTo(failure));
  }

  @Test
  void a_bug_of_the_other_instance_is_an_internal_failure() {
    b.answer(
        "break",
        (from, request) -> {
          throw new IllegalStateException("a bug");
        });

    assertThatThrownBy(() -> a.ask(B, "break", Buffer.buffer(), LONG).await())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.Internal.class));
  }

  @Test
  void a_kind_of_request_that_is_not_known_is_too_new() {
    assertThatThrownBy(() -> a.ask(B, "later", Buffer.buffer(), LONG).await())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.TooNew.class));
  }

  @Test
  void an_instance_that_is_not_there_or_does_not_answer_is_unreachable() {
    b.answer("sleep", (from, request) -> Promise.<Buffer>promise().future());

    assertThatThrownBy(() -> a.ask(new InstanceId("c"), "greet", Buffer.buffer(), LONG).await())
        .isInstanceOf(PeerUnreachable.class)
        .hasMessage("instance c is not there");
    assertThatThrownBy(() -> a.ask(B, "sleep", Buffer.buffer(), Duration.ofMillis(20)).await())
        .isInstanceOf(PeerUnreachable.class)
        .hasMessage("instance b did not answer in time");
  }

  @Test
  void requests_to_an_instance_that_is_gone_end_at_once() {
    b.answer("sleep", (from, request) -> Promise.<Buffer>promise().future());
    Future<Buffer> asked = a.ask(B, "sleep", Buffer.buffer(), LONG);

    a.abandon(B);

    assertThatThrownBy(asked::await)
        .isInstanceOf(PeerUnreachable.class)
        .hasMessage("instance b is gone");
  }

  @Test
  void a_server_with_another_secret_is_refused_and_not_heard() {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    b.answer("greet", (from, request) -> answer("hello"));
    b.hear("news", (from, message) -> heard.add(message.toString()));
    EventBusChannel stranger = open(new InstanceId("x"), "another secret, as long as the first");

    assertThatThrownBy(() -> stranger.ask(B, "greet", Buffer.buffer(), LONG).await())
        .isInstanceOf(PeerUnreachable.class)
        .hasMessage("instance b refused: not an instance of this cluster");
    stranger.tell("news", Buffer.buffer("from a stranger"));
    a.tell("news", Buffer.buffer("from a"));

    Awaitility.await().until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly("from a");
  }

  @Test
  void everyone_hears_what_is_told_in_order() {
    List<String> heardByA = Collections.synchronizedList(new ArrayList<>());
    List<String> heardByB = Collections.synchronizedList(new ArrayList<>());
    a.hear("news", (from, message) -> heardByA.add(from + " " + message));
    b.hear("news", (from, message) -> heardByB.add(from + " " + message));

    for (int i = 0; i < 100; i++) {
      a.tell("news", Buffer.buffer("" + i));
    }

    Awaitility.await().until(() -> heardByA.size() == 100 && heardByB.size() == 100);
    assertThat(heardByB).startsWith("a 0", "a 1", "a 2").endsWith("a 99").isEqualTo(heardByA);
  }

  private static Future<Buffer> answer(String text) {
    return Future.succeededFuture(Buffer.buffer(text));
  }
}
