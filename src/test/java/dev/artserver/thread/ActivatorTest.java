package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Threads that are activated in the background.
class ActivatorTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final Duration LONG = Duration.ofMinutes(10);

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final Owners owners = new Owners();

  @Test
  void what_could_not_be_activated_is_tried_again_until_it_can() {
    Activator activator = activator(100);
    unfinished(1);
    owners.failing.put(id(0), 5);

    Future<Integer> recovered = activator.recover();
    time.runFor(LONG, 10_000);

    assertThat(owners.tries.get(id(0))).isEqualTo(6);
    assertThat(recovered.result()).as("really activated").isEqualTo(1);
  }

  @Test
  void a_thread_that_lost_its_owner_is_tried_again_too() {
    Activator activator = activator(100);
    unfinished(1);
    owners.failing.put(id(0), 3);

    activator.ownerLost(id(0), Activator.Reason.MOVED);
    time.runFor(LONG, 10_000);

    assertThat(owners.active).containsKey(id(0));
  }

  @Test
  void tries_are_spread_out_and_become_seldom() {
    Activator activator = activator(100);
    unfinished(1);
    owners.failing.put(id(0), Integer.MAX_VALUE);

    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(Duration.ofHours(1), 10_000);

    assertThat(owners.tries.get(id(0))).isBetween(120, 500);
  }

  @Test
  void one_thread_that_cannot_be_activated_does_not_keep_others_from_it() {
    Activator activator = activator(10_000);
    unfinished(1_200);
    owners.failing.put(id(0), Integer.MAX_VALUE);

    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(LONG, 100_000);

    assertThat(owners.active).hasSize(1_199);
  }

  /// Found by a queue that several event loops polled: hundreds of ids were left out.
  @Test
  void every_unfinished_thread_is_activated_once_a_bounded_number_at_a_time() {
    Activator activator = activator(10_000);
    unfinished(1_200);

    Future<Integer> recovered = activator.recover();
    time.runFor(LONG, 100_000);

    assertThat(recovered.result()).isEqualTo(1_200);
    assertThat(owners.tries.values()).hasSize(1_200).allMatch(tries -> tries == 1);
    assertThat(owners.mostAtOnce).isEqualTo(Activator.AT_ONCE);
  }

  @Test
  void only_threads_for_this_instance_are_activated_and_the_rest_by_a_later_pass() {
    Activator activator = activator(10_000);
    unfinished(700);
    owners.elsewhere.add(id(3));
    owners.elsewhere.add(id(650));
    owners.failing.put(id(7), Integer.MAX_VALUE);

    Future<Integer> first = activator.recover();
    time.runFor(LONG, 100_000);
    assertThat(owners.active).hasSize(697);
    owners.elsewhere.remove(id(650));
    Future<Integer> second = activator.recover();
    time.runFor(LONG, 100_000);

    assertThat(first.isComplete()).as("one thread still fails").isFalse();
    assertThat(second.isComplete()).isTrue();
    assertThat(owners.active).hasSize(698).containsKey(id(650)).doesNotContainKey(id(3));
  }

  @Test
  void passes_asked_for_during_a_pass_are_one() {
    Activator activator = activator(10_000);
    unfinished(700);

    FireAndForget.harmless(activator.recover(), "the test looks at the store");
    for (int i = 0; i < 10; i++) {
      FireAndForget.harmless(activator.recover(), "the test looks at the store");
    }
    time.runFor(LONG, 100_000);

    assertThat(store.calls("unfinished")).isEqualTo(4);
  }

  @Test
  void ids_that_cannot_be_read_are_read_again() {
    Activator activator = activator(10_000);
    unfinished(700);
    store.next("unfinished", FaultyStore.Fault.REFUSED, FaultyStore.Fault.REFUSED);

    Future<Integer> recovered = activator.recover();
    time.runFor(LONG, 100_000);

    assertThat(recovered.result()).isEqualTo(700);
  }

  @Test
  void recovery_activates_as_many_as_there_is_room_for_and_goes_on_when_they_leave() {
    Activator activator = activator(10);
    unfinished(25);

    Future<Integer> recovered = activator.recover();
    time.runFor(LONG, 10_000);
    assertThat(owners.active).hasSize(10);
    assertThat(activator.waitsForRoom()).isTrue();
    owners.leave(4);
    activator.onThreadLeft();
    time.runFor(LONG, 10_000);
    assertThat(owners.active).hasSize(10);
    while (!recovered.isComplete()) {
      owners.leave(10);
      activator.onThreadLeft();
      time.runFor(LONG, 10_000);
    }

    assertThat(recovered.result()).isEqualTo(25);
    assertThat(activator.waitsForRoom()).isFalse();
  }

  @Test
  void ids_are_read_only_as_there_is_room() {
    Activator activator = activator(10);
    unfinished(2_000);

    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(LONG, 10_000);

    assertThat(store.calls("unfinished")).isOne();
  }

  @Test
  void a_thread_that_lost_its_owner_does_not_wait_for_room() {
    Activator activator = activator(10);
    unfinished(25);
    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(LONG, 10_000);

    activator.ownerLost(id(24), Activator.Reason.MOVED);
    time.runFor(LONG, 10_000);

    assertThat(owners.active).containsKey(id(24));
  }

  @Test
  void a_thread_that_needs_no_owner_is_left_alone() {
    Activator activator = activator(10);
    make(THREAD, false);

    activator.ownerLost(THREAD, Activator.Reason.MOVED);
    time.runFor(LONG, 10_000);

    assertThat(owners.tries).isEmpty();
  }

  /// Its write may still arrive: only an activation fences it.
  @Test
  void a_thread_in_doubt_is_activated_whatever_its_head_says() {
    Activator activator = activator(10);
    make(THREAD, false);

    activator.ownerLost(THREAD, Activator.Reason.IN_DOUBT);
    time.runFor(LONG, 10_000);

    assertThat(owners.active).containsKey(THREAD);
  }

  static List<Failure> forAnother() {
    return List.of(new Failure.OwnedElsewhere(THREAD), new Failure.TooNew(THREAD, "fact 3"));
  }

  @ParameterizedTest
  @MethodSource("forAnother")
  void a_thread_for_another_instance_is_left_to_it(Failure refusal) {
    Activator activator = activator(10);
    unfinished(1);
    owners.failing.put(id(0), Integer.MAX_VALUE);
    owners.refusal = refusal;

    Future<Integer> recovered = activator.recover();
    time.runFor(LONG, 10_000);

    assertThat(owners.tries.get(id(0))).isOne();
    assertThat(recovered.result()).isZero();
  }

  @Test
  void a_thread_lost_again_while_it_is_activated_is_activated_again() {
    Activator activator = activator(10);
    unfinished(1);
    owners.onActivate =
        () -> {
          owners.onActivate = () -> {};
          activator.ownerLost(id(0), Activator.Reason.MOVED);
        };

    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(LONG, 10_000);

    assertThat(owners.tries.get(id(0))).isEqualTo(2);
  }

  @Test
  void nothing_is_activated_after_a_stop() {
    Activator activator = activator(10);
    unfinished(25);
    FireAndForget.harmless(activator.recover(), "the test looks at the owners");
    time.runFor(LONG, 10_000);

    activator.stop();
    owners.leave(10);
    activator.onThreadLeft();
    activator.ownerLost(id(24), Activator.Reason.IN_DOUBT);
    time.runFor(LONG, 10_000);

    assertThat(owners.active).isEmpty();
  }

  private Activator activator(int residentMax) {
    return new Activator(
        owners, store.store, residentMax, task -> time.schedule(Duration.ZERO, task), time, random);
  }

  private static ThreadId id(int number) {
    return new ThreadId("t%05d".formatted(number));
  }

  private void unfinished(int count) {
    for (int i = 0; i < count; i++) {
      make(id(i), true);
    }
  }

  /// Writes as an earlier process that then died.
  private void make(ThreadId id, boolean withRun) {
    SimTime earlier = new SimTime();
    SimInstance process =
        new SimInstance(
            earlier, random, new SimServices(earlier, random), store.real, TestConfigs.THREADS);
    process.send(
        new ThreadCommand.Create(
            id, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, null));
    earlier.runFor(Duration.ofMillis(10), 1_000);
    if (withRun) {
      process.send(LiveThreads.run(id));
      earlier.runFor(Duration.ofMillis(10), 1_000);
    }
  }

  /// Activations that take a moment.
  private final class Owners implements Activator.Target {
    private final Map<ThreadId, Boolean> active = new LinkedHashMap<>();
    private final Map<ThreadId, Integer> failing = new HashMap<>();
    private final Map<ThreadId, Integer> tries = new HashMap<>();
    private final Set<ThreadId> elsewhere = new HashSet<>();
    private Failure refusal = new Failure.StorageFailed("not now");
    private Runnable onActivate = () -> {};
    private int atOnce;
    private int mostAtOnce;

    @Override
    public Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished) {
      return Future.succeededFuture(
          unfinished.stream().filter(id -> !elsewhere.contains(id)).toList());
    }

    @Override
    public Future<Boolean> activate(ThreadId id) {
      int number = tries.merge(id, 1, Integer::sum);
      if (number <= failing.getOrDefault(id, 0)) {
        return Future.failedFuture(new FailureException(refusal));
      }
      active.put(id, true);
      atOnce++;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      Promise<Boolean> opened = Promise.promise();
      onActivate.run();
      time.schedule(
          Duration.ofMillis(random.nextInt(5)),
          () -> {
            atOnce--;
            opened.complete(true);
          });
      return opened.future();
    }

    @Override
    public int active() {
      return active.size();
    }

    void leave(int count) {
      List<ThreadId> first =
          new ArrayList<>(active.keySet()).subList(0, Math.min(count, active.size()));
      first.forEach(active::remove);
    }
  }
}
