package dev.artserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueueTest {
  private static final int LOW = 0;
  private static final int URGENT = 3;
  private static final long STEP = 5_000;

  private final Map<String, Integer> weights = new HashMap<>();
  private final FairQueue<String> queue =
      new FairQueue<>(4, STEP, user -> weights.getOrDefault(user, 1));
  private long now;

  @Test
  void a_user_with_ten_thousand_waiters_delays_another_user_by_one_run() {
    join("crowd", LOW, 10_000);
    serve(5);
    now = 60_000;
    FairQueue<String>.Standing single = queue.join("ada", LOW, now, "ada's");

    assertThat(queue.ahead(single, now)).isEqualTo(1);
    assertThat(serve(2)).containsExactly("crowd5", "ada's");
  }

  @Test
  void users_take_turns_however_many_runs_each_has() {
    join("a", LOW, 5);
    join("b", LOW, 2);
    join("c", LOW, 3);

    assertThat(serve(10))
        .containsExactly("a0", "b0", "c0", "a1", "b1", "c1", "a2", "c2", "a3", "a4");
  }

  @Test
  void a_user_with_weight_three_gets_three_turns_in_each_round() {
    weights.put("big", 3);
    join("big", LOW, 9);
    join("small", LOW, 3);

    List<String> order = serve(12);

    assertThat(order.subList(0, 4)).containsExactlyInAnyOrder("big0", "big1", "big2", "small0");
    assertThat(order.subList(4, 8)).containsExactlyInAnyOrder("big3", "big4", "big5", "small1");
  }

  @Test
  void a_crowd_of_aged_runs_counts_as_one_against_an_urgent_one() {
    join("crowd", LOW, 100);
    now = 60_000;
    queue.join("ada", URGENT, now, "urgent");

    assertThat(serve(3)).containsExactly("crowd0", "urgent", "crowd1");
  }

  @Test
  void alone_a_user_is_served_as_if_there_were_no_users() {
    join("a", LOW, 2);
    now = 14_000;
    queue.join("a", URGENT, now, "in time");
    now = 16_000;
    queue.join("a", URGENT, now, "too late");

    assertThat(serve(4)).containsExactly("in time", "a0", "a1", "too late");
  }

  @Test
  void a_waiter_that_leaves_passes_its_place_to_the_next_of_its_line() {
    FairQueue<String>.Standing first = queue.join("a", LOW, 0, "a0");
    queue.join("b", LOW, 0, "b0");
    queue.join("a", LOW, 0, "a1");

    queue.leave(first);

    assertThat(serve(2)).containsExactly("a1", "b0");
  }

  @Test
  void one_that_has_begun_does_not_wait_for_its_users_line() {
    join("a", LOW, 10);
    queue.joinFirst("a", LOW, now, "begun");

    assertThat(serve(2)).containsExactly("a0", "begun");
  }

  /// Users join, leave and are served at random; each waiter is then served within its share.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void nobody_waits_for_more_than_one_run_of_each_other_user_for_each_of_its_own(long seed) {
    Random random = new Random(seed);
    List<FairQueue<String>.Standing> waiting = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      now += random.nextInt(200);
      int act = random.nextInt(5);
      if (act < 3) {
        waiting.add(queue.join("u" + random.nextInt(6), LOW, now, "r" + i));
      } else if (!waiting.isEmpty() && act == 3) {
        queue.leave(waiting.remove(random.nextInt(waiting.size())));
      } else if (queue.first() != null) {
        FairQueue<String>.Standing next = Objects.requireNonNull(queue.first());
        queue.serve(next, now);
        waiting.remove(next);
      }
      assertThat(queue.isValid()).as("seed %d step %d", seed, i).isTrue();
    }
    now += 1;
    FairQueue<String>.Standing newcomer = queue.join("new", LOW, now, "newcomer");

    int predicted = queue.ahead(newcomer, now);
    List<String> order = serve(queue.size());

    assertThat(order.indexOf("newcomer")).as("seed %d", seed).isEqualTo(predicted).isLessThan(7);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 9, 16, 25})
  void the_predicted_place_is_the_actual_place(long seed) {
    Random random = new Random(seed);
    weights.put("u1", 2);
    List<FairQueue<String>.Standing> waiting = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      now += random.nextInt(3);
      waiting.add(queue.join("u" + random.nextInt(4), random.nextInt(2), now, "r" + i));
    }
    now += 1;
    List<Integer> told = waiting.stream().map(one -> queue.ahead(one, now)).toList();

    List<String> order = serve(60);

    for (int i = 0; i < 60; i++) {
      int got = order.indexOf("r" + i);
      assertThat(told.get(i)).as("seed %d, r%d", seed, i).isBetween(got - 2, got + 2);
    }
  }

  @Test
  void joining_and_being_served_cost_no_more_behind_a_long_line() {
    assertThat(comparisonsPerRun(100, 1_000)).isCloseTo(comparisonsPerRun(100, 100), within(1.0));
  }

  @Test
  void with_more_users_they_cost_more_by_a_logarithm() {
    for (int users = 16; users <= 65_536; users *= 16) {
      double log = Math.log(users) / Math.log(2);

      assertThat(comparisonsPerRun(users, 2)).as("%d users", users).isLessThan(4 * log + 8);
    }
  }

  /// Each served run is replaced by a new one.
  private static double comparisonsPerRun(int users, int runsOfEach) {
    long[] count = {0};
    FairQueue<String> line =
        new FairQueue<>(
            4,
            STEP,
            user -> 1,
            order ->
                (one, other) -> {
                  count[0]++;
                  return order.compare(one, other);
                });
    for (int i = 0; i < users * runsOfEach; i++) {
      line.join("u" + i % users, 1, i, "");
    }
    count[0] = 0;
    int runs = 2_000;
    for (int i = 0; i < runs; i++) {
      line.serve(Objects.requireNonNull(line.first()), users * runsOfEach + i);
      line.join("u" + i % users, 1, users * runsOfEach + i, "");
    }
    return (double) count[0] / runs;
  }

  private void join(String user, int level, int count) {
    for (int i = 0; i < count; i++) {
      queue.join(user, level, now, user + i);
    }
  }

  private List<String> serve(int count) {
    List<String> served = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FairQueue<String>.Standing next = Objects.requireNonNull(queue.first());
      queue.serve(next, now);
      served.add(next.who);
    }
    return served;
  }
}
