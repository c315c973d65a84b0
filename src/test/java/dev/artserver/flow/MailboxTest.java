package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTest {
  @Test
  void a_turn_waits_for_the_one_before_it() {
    Mailbox mailbox = new Mailbox(10);
    Promise<String> first = Promise.promise();
    List<String> begun = new ArrayList<>();
    FireAndForget.logged(
        mailbox.submit(() -> begin(begun, "first", first.future())), "the first turn");

    Future<String> second =
        mailbox.submit(() -> begin(begun, "second", Future.succeededFuture("2")));

    assertThat(begun).containsExactly("first");
    first.complete("1");
    assertThat(begun).containsExactly("first", "second");
    assertThat(second.result()).isEqualTo("2");
  }

  @Test
  void a_turn_that_throws_has_failed_and_the_next_one_runs() {
    Mailbox mailbox = new Mailbox(10);

    Future<String> broken =
        mailbox.submit(() -> {
          throw new IllegalStateException("broken");
        });
    Future<String> next = mailbox.submit(() -> Future.succeededFuture("next"));

    assertThat(broken.cause()).hasMessage("broken");
    assertThat(next.result()).isEqualTo("next");
  }

  @Test
  void a_turn_that_gives_no_future_has_failed_and_the_next_one_runs() {
    Mailbox mailbox = new Mailbox(10);

    Future<String> broken = mailbox.submit(MailboxTest::noFuture);
    Future<String> next = mailbox.submit(() -> Future.succeededFuture("next"));

    assertThat(broken.cause()).hasMessage("a turn gave no future");
    assertThat(next.result()).isEqualTo("next");
  }

  @Test
  void a_listener_that_throws_stops_neither_the_turns_that_wait_nor_what_completed_its_turn() {
    Mailbox mailbox = new Mailbox(10);
    Promise<String> gate = Promise.promise();
    mailbox.submit(gate::future).onComplete(done -> throwError());
    mailbox.submit(() -> Future.succeededFuture("2")).onComplete(done -> throwError());
    Future<String> third = mailbox.submit(() -> Future.succeededFuture("3"));

    gate.complete("1");

    assertThat(third.result()).isEqualTo("3");
    assertThat(mailbox.idle()).isTrue();
  }

  @Test
  void submit_does_not_throw_what_the_listener_of_another_turn_throws() {
    Mailbox mailbox = new Mailbox(10);
    List<Future<String>> inner = new ArrayList<>();

    Future<String> outer =
        mailbox.submit(() -> {
          Promise<String> opened = Promise.promise();
          inner.add(mailbox.submit(() -> Future.succeededFuture("inner")));
          inner.getFirst().onComplete(done -> throwError());
          opened.complete("outer");
          return opened.future();
        });

    assertThat(outer.result()).isEqualTo("outer");
    assertThat(inner.getFirst().result()).isEqualTo("inner");
  }

  @Test
  void a_hundred_thousand_instant_turns_neither_stop_nor_deepen_the_stack() {
    Mailbox mailbox = new Mailbox(200_000);
    Promise<Integer> gate = Promise.promise();
    FireAndForget.logged(mailbox.submit(gate::future), "a turn that holds the others");
    List<Future<Integer>> turns =
        IntStream.range(0, 100_000)
            .mapToObj(i -> mailbox.submit(() -> Future.succeededFuture(i)))
            .toList();

    gate.complete(0);

    assertThat(turns).allMatch(Future::succeeded);
    assertThat(mailbox.idle()).isTrue();
  }

  @Test
  void a_turn_submitted_from_within_a_turn_runs_after_it() {
    Mailbox mailbox = new Mailbox(10);
    List<String> order = new ArrayList<>();

    Future<String> outer =
        mailbox.submit(() -> {
          Future<String> inner =
              mailbox.submit(() -> begin(order, "inner", Future.succeededFuture("")));
          order.add(inner.isComplete() ? "inner too early" : "outer");
          return Future.succeededFuture("");
        });

    assertThat(outer.succeeded()).isTrue();
    assertThat(order).containsExactly("outer", "inner");
  }

  @Test
  void it_refuses_beyond_its_limit() {
    Mailbox mailbox = new Mailbox(1);
    Future<String> open = mailbox.submit(() -> Promise.<String>promise().future());
    Future<String> waiting = mailbox.submit(() -> Future.succeededFuture(""));

    assertThat(List.of(open, waiting)).noneMatch(Future::isComplete);
    assertThat(mailbox.full()).isTrue();
    assertThatThrownBy(() ->
            FireAndForget.logged(
                mailbox.submit(() -> Future.succeededFuture("")), "one turn too many"))
        .hasMessageContaining("full at 1");
  }

  @Test
  void read_gap_write_in_turns_loses_nothing_under_any_interleaving() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Mailbox mailbox = new Mailbox(1_000);
      ArrayDeque<Runnable> gaps = new ArrayDeque<>();
      int[] counter = {0};
      List<Future<Integer>> turns = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        turns.add(
            mailbox.submit(() -> {
              int read = counter[0];
              Promise<Integer> written = Promise.promise();
              Runnable write =
                  () -> {
                    counter[0] = read + 1;
                    written.complete(counter[0]);
                  };
              if (random.nextBoolean()) {
                gaps.add(write);
              } else {
                write.run();
              }
              return written.future();
            }));
        while (!gaps.isEmpty() && random.nextInt(3) == 0) {
          gaps.remove().run();
        }
      }

      while (!gaps.isEmpty()) {
        gaps.remove().run();
      }

      assertThat(turns).as("seed %d", seed).allMatch(Future::succeeded);
      assertThat(counter[0]).as("seed %d", seed).isEqualTo(100);
    }
  }

  private static void throwError() {
    throw new AssertionError("a listener threw");
  }

  @SuppressWarnings("NullAway") // a turn that breaks its contract
  private static Future<String> noFuture() {
    return null;
  }

  private static Future<String> begin(List<String> begun, String name, Future<String> outcome) {
    begun.add(name);
    return outcome;
  }
}
