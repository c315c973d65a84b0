package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.Breaker.Outcome;
import dev.artserver.flow.Lane.OnOpen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Permits under long random histories, beside a model so simple that it is plainly right, and in
/// great numbers.
class PermitsSimulationTest {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final int LEVELS = 4;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration LEASE = Duration.ofSeconds(400);
  private static final Duration AGEING = Duration.ofSeconds(5);
  private static final long LONG = 1_000_000 * SECOND;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void permits_do_what_the_model_does(long seed) {
    Random random = new Random(seed);
    Budget.Limits shared = limits(random);
    int waitingMax = random.nextInt(12);
    OnFull onFull = random.nextBoolean() ? OnFull.SHARE : OnFull.REFUSE;
    Permits.Limits limits = new Permits.Limits(shared, waitingMax, onFull, LEVELS, AGEING, LEASE);
    Served served = new Served(limits);
    PermitsModel model = new PermitsModel(limits);
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Lane.Rules rules = rules(random);
      lanes.add(served.lane(rules));
      model.lane(rules);
    }

    for (int step = 0; step < 2_000; step++) {
      move(random, served, model, lanes);

      String at = "seed " + seed + ", step " + step;
      assertThat(served.heard).as(at).isEqualTo(model.heard);
      assertThat(served.permits.inUse()).as(at).isEqualTo(model.held.size());
      assertThat(served.permits.waiting()).as(at).isEqualTo(model.line.size());
      assertThat(served.isValid()).as(at).isTrue();
      served.heard.clear();
      model.heard.clear();
    }

    served.close();
    served.advance(2 * LEASE.toNanos());
    assertThat(served.permits.inUse()).as("seed " + seed).isZero();
    assertThat(served.permits.waiting()).as("seed " + seed).isZero();
    assertThat(served.permits.nextTick()).as("seed " + seed).isEqualTo(Permits.NEVER);
  }

  private static void move(Random random, Served served, PermitsModel model, List<Lane> lanes) {
    switch (random.nextInt(11)) {
      case 0, 1, 2, 3 -> {
        int lane = random.nextInt(lanes.size());
        int level = random.nextInt(LEVELS);
        long tokens = random.nextInt(60);
        // Never on a whole second, so that a wait ends at no moment at which something else does.
        long patience = (random.nextInt(100) - 2) * SECOND - SECOND / 2;
        model.ask(lane, level, tokens, patience);
        served.ask(lanes.get(lane), level, tokens, patience);
      }
      case 4, 5, 6 -> {
        if (!model.held.isEmpty()) {
          int id = model.held.get(random.nextInt(model.held.size())).id();
          long pause = random.nextInt(10) == 0 ? random.nextInt(30) * SECOND : 0;
          Ending ending = new Ending(OUTCOMES.get(random.nextInt(3)), random.nextInt(80), pause);
          model.release(id, ending);
          served.release(id, ending);
        }
      }
      case 7 -> {
        if (!model.held.isEmpty()) {
          int id = model.held.get(random.nextInt(model.held.size())).id();
          model.extend(id);
          served.extend(id);
        }
      }
      case 8 -> {
        int lane = random.nextInt(-1, lanes.size());
        if (lane < 0) {
          Budget.Limits limits = changed(served.permits.shared(), random);
          model.limit(limits);
          served.limit(limits);
        } else {
          Budget.Limits limits = changed(lanes.get(lane).limits(), random);
          model.limit(lane, limits);
          served.limit(lanes.get(lane), limits);
        }
      }
      case 9 -> {
        if (!model.line.isEmpty()) {
          int id = model.line.get(random.nextInt(model.line.size())).id();
          model.withdraw(id);
          served.withdraw(id);
        }
      }
      default -> {
        for (int halves = random.nextInt(40); halves > 0; halves--) {
          model.advance(SECOND / 2);
          served.advance(SECOND / 2);
        }
      }
    }
  }

  private static Budget.Limits limits(Random random) {
    return new Budget.Limits(random.nextInt(5), random.nextInt(3) * 10L, random.nextInt(3) * 150L);
  }

  /// Other limits; a rate stays one, since the model remembers what went before there was none.
  private static Budget.Limits changed(Budget.Limits before, Random random) {
    return new Budget.Limits(
        random.nextInt(5),
        before.requestsPerMinute() == 0 ? 0 : random.nextInt(1, 30),
        before.tokensPerMinute() == 0 ? 0 : random.nextInt(1, 300));
  }

  private static Lane.Rules rules(Random random) {
    Breaker.Rules breaker =
        random.nextBoolean() ? null : new Breaker.Rules(2, 1, Duration.ofSeconds(20), 2);
    OnOpen onOpen = random.nextBoolean() ? OnOpen.REFUSE : OnOpen.WAIT;
    return new Lane.Rules(limits(random), breaker, onOpen, random.nextInt(6) > 0);
  }

  @Test
  void of_ten_thousand_a_third_leaves_a_third_is_late_and_the_rest_go_by_level_and_age() {
    Served served =
        new Served(new Permits.Limits(new Budget.Limits(7, 0, 0), 10_000, LEVELS, AGEING, LEASE));
    Lane lane = served.lane(new Lane.Rules(Budget.Limits.NONE, null, OnOpen.REFUSE, true));
    List<Integer> holders =
        IntStream.range(0, 7).mapToObj(i -> served.ask(lane, 0, 0, LONG)).toList();
    long seed = 4711;
    Random random = new Random(seed);
    List<Integer> leaving = new ArrayList<>();
    List<Integer> hasty = new ArrayList<>();
    List<Patient> patient = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int level = random.nextInt(LEVELS);
      int id = served.ask(lane, level, 0, i % 3 == 1 ? 2 * SECOND + random.nextInt(1_000) : LONG);
      switch (i % 3) {
        case 0 -> leaving.add(id);
        case 1 -> hasty.add(id);
        default -> patient.add(new Patient(id, served.now() - level * AGEING.toNanos()));
      }
      served.advance(random.nextInt(100_000));
    }
    served.heard.clear();

    leaving.forEach(served::withdraw);
    served.advance(4 * SECOND);
    List<String> late = List.copyOf(served.heard);
    served.heard.clear();
    holders.forEach(served::release);
    for (int i = 0; i < served.heard.size(); i++) {
      served.release(Integer.parseInt(served.heard.get(i).split(" ")[0]));
    }

    assertThat(late).hasSize(hasty.size()).allMatch(words -> words.endsWith(" LATE"));
    patient.sort(Comparator.comparingLong(Patient::turn).thenComparingInt(Patient::id));
    assertThat(served.heard)
        .as("seed " + seed)
        .isEqualTo(patient.stream().map(one -> one.id() + " granted").toList());
    assertThat(served.permits.inUse()).isZero();
    assertThat(served.permits.waiting()).isZero();
    assertThat(served.isValid()).isTrue();
  }

  private record Patient(int id, long turn) {}

  @Test
  void a_thousand_rounds_of_random_ends_leak_nothing() {
    Random random = new Random(99);
    Served served =
        new Served(new Permits.Limits(new Budget.Limits(5, 0, 0), 50, LEVELS, AGEING, LEASE));
    Lane lane =
        served.lane(
            new Lane.Rules(
                new Budget.Limits(3, 0, 0),
                new Breaker.Rules(3, 2, Duration.ofSeconds(5), 2),
                OnOpen.WAIT,
                true));

    for (int round = 0; round < 1_000; round++) {
      int calls = 1 + random.nextInt(20);
      for (int i = 0; i < calls; i++) {
        served.ask(lane, random.nextInt(LEVELS), 0, random.nextInt(60) * SECOND);
      }
      while (served.permits.inUse() + served.permits.waiting() > 0) {
        int id = served.asked() - 1 - random.nextInt(calls);
        switch (random.nextInt(3)) {
          case 0 -> served.withdraw(id);
          case 1 -> served.release(id, new Ending(OUTCOMES.get(random.nextInt(3)), 0, 0));
          default -> served.advance(SECOND);
        }
      }

      assertThat(served.isValid()).as("round " + round).isTrue();
      assertThat(lane.inUse()).as("round " + round).isZero();
    }
  }
}
