package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ReplyTimeoutsTest {
  /// Some nanoseconds before the clock runs over.
  private static final long BEGAN = Long.parseLong("9223372036854775797");

  private final ReplyTimeouts awaited =
      new ReplyTimeouts(Duration.ofNanos(100), TimeoutException::new);

  @Test
  void an_answer_in_time_is_given_as_it_is() {
    Promise<String> answer = Promise.promise();
    Promise<String> refusal = Promise.promise();

    Future<String> heard = awaited.within(answer.future(), BEGAN);
    Future<String> refused = awaited.within(refusal.future(), BEGAN);
    awaited.look(BEGAN + 99);
    answer.complete("here");
    refusal.fail(new IllegalStateException("not here"));

    assertThat(heard.result()).isEqualTo("here");
    assertThat(refused.cause()).hasMessage("not here");
    assertThat(awaited.size()).isZero();
  }

  @Test
  void what_is_known_already_is_not_waited_for() {
    Future<String> known = Future.succeededFuture("known");

    assertThat(awaited.within(known, BEGAN)).isSameAs(known);
    assertThat(awaited.size()).isZero();
  }

  @Test
  void one_look_ends_all_whose_time_is_over_and_no_other() {
    Future<String> first = awaited.within(Promise.<String>promise().future(), BEGAN);
    Future<String> second = awaited.within(Promise.<String>promise().future(), BEGAN + 50);
    Future<String> third = awaited.within(Promise.<String>promise().future(), BEGAN + 51);

    awaited.look(BEGAN + 150);

    assertThat(first.cause()).isInstanceOf(TimeoutException.class);
    assertThat(second.cause()).isInstanceOf(TimeoutException.class);
    assertThat(third.isComplete()).isFalse();
    assertThat(awaited.size()).isEqualTo(1);
  }

  @Test
  void a_listener_that_throws_does_not_spare_the_waits_behind_it() {
    awaited
        .within(Promise.<String>promise().future(), BEGAN)
        .onComplete(done -> {
          throw new AssertionError("a listener threw");
        });
    Future<String> second = awaited.within(Promise.<String>promise().future(), BEGAN);

    awaited.look(BEGAN + 100);

    assertThat(second.cause()).isInstanceOf(TimeoutException.class);
  }

  @Test
  void a_wait_ends_although_its_failure_cannot_be_made() {
    ReplyTimeouts broken =
        new ReplyTimeouts(
            Duration.ofNanos(100),
            () -> {
              throw new AssertionError("cannot be made");
            });
    Future<String> wait = broken.within(Promise.<String>promise().future(), BEGAN);

    broken.look(BEGAN + 100);

    assertThat(wait.cause()).hasMessage("cannot be made");
  }

  @Test
  void an_answer_that_comes_later_is_passed_over() {
    Promise<String> answer = Promise.promise();
    Future<String> heard = awaited.within(answer.future(), BEGAN);
    awaited.look(BEGAN + 100);

    answer.complete("late");

    assertThat(heard.cause()).isInstanceOf(TimeoutException.class);
  }

  @Test
  void a_time_that_is_none_is_refused() {
    assertThatThrownBy(() -> new ReplyTimeouts(Duration.ZERO, TimeoutException::new))
        .hasMessage("awaited.max must be positive, got PT0S");
  }
}
