package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtMostTest {
  private final AtMost two = new AtMost(2);
  private final List<Promise<Integer>> begun = new ArrayList<>();

  @Test
  void the_others_wait_and_go_in_order() {
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      results.add(two.call(this::begin));
    }
    assertThat(begun).hasSize(2);

    begun.get(1).complete(7);

    assertThat(begun).hasSize(3);
    assertThat(results.get(1).result()).isEqualTo(7);
    begun.get(2).complete(8);
    assertThat(results.get(2).result()).isEqualTo(8);
    assertThat(begun).hasSize(4);
  }

  @Test
  void what_fails_frees_its_place_too() {
    Future<Integer> first = two.call(this::begin);
    occupy();
    Future<Integer> third = two.call(this::begin);

    begun.get(0).fail("no");

    assertThat(first.failed()).isTrue();
    begun.get(2).complete(3);
    assertThat(third.result()).isEqualTo(3);
  }

  @Test
  void a_task_that_throws_has_failed_and_frees_its_place() {
    Future<Integer> first =
        two.call(() -> {
          throw new IllegalStateException("broken");
        });
    Future<Integer> second =
        two.call(() -> {
          throw new AssertionError("very broken");
        });

    Future<Integer> third = two.call(this::begin);

    assertThat(first.cause()).hasMessage("broken");
    assertThat(second.cause()).hasMessage("very broken");
    begun.getFirst().complete(3);
    assertThat(third.result()).isEqualTo(3);
  }

  @Test
  void a_task_that_waited_and_throws_frees_its_place_too() {
    occupy();
    occupy();
    Future<Integer> third =
        two.call(() -> {
          throw new AssertionError("broken");
        });
    occupy();

    begun.getFirst().complete(1);

    assertThat(third.cause()).hasMessage("broken");
    assertThat(begun).hasSize(3);
  }

  @Test
  void a_listener_that_throws_does_not_keep_the_place() {
    two.call(this::begin)
        .onComplete(done -> {
          throw new AssertionError("a listener threw");
        });
    occupy();
    occupy();

    begun.getFirst().complete(1);

    assertThat(begun).hasSize(3);
  }

  @Test
  void any_number_that_complete_at_once_goes_through() {
    List<Future<Integer>> results = new ArrayList<>();
    Promise<Integer> gate = Promise.promise();
    results.add(two.call(gate::future));
    results.add(two.call(gate::future));
    for (int i = 0; i < 100_000; i++) {
      int each = i;
      results.add(two.call(() -> Future.succeededFuture(each)));
    }

    gate.complete(0);

    assertThat(results).allMatch(Future::succeeded);
  }

  private void occupy() {
    FireAndForget.logged(two.call(this::begin), "occupy a place");
  }

  private Future<Integer> begin() {
    Promise<Integer> promise = Promise.promise();
    begun.add(promise);
    return promise.future();
  }
}
