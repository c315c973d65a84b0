package dev.artserver.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.Permits.Limits;
import dev.artserver.flow.Permits.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Permits beside a model so simple that it is plainly right: lists, searched from the front.
class PermitsSimulationTest {
  private static final int LEVELS = 4;
  private static final long LEASE_MS = 400;

  private record Waiting(int id, int level, long lateAt) {}

  private record Held(int id, long endsAt) {}

  /// What the model expects of every asker, by number: granted, refused with a reason, or nothing
  /// yet.
  private static final class Model {
    final int permits;
    final int waitingMax;
    final List<Waiting> line = new ArrayList<>();
    final List<Held> held = new ArrayList<>();
    final List<String> heard = new ArrayList<>();
    long now;

    Model(int permits, int waitingMax) {
      this.permits = permits;
      this.waitingMax = waitingMax;
    }

    void acquire(int id, int level, long patience) {
      if (patience <= 0) {
        heard.add(id + " " + Refusal.LATE);
      } else if (held.size() < permits) {
        grant(id);
      } else if (line.size() == waitingMax) {
        heard.add(id + " " + Refusal.FULL);
      } else {
        line.add(new Waiting(id, level, now + patience));
      }
    }

    void release(int id) {
      held.removeIf(one -> one.id() == id);
      serve();
    }

    void tick() {
      now++;
      for (Waiting late : line.stream().filter(one -> one.lateAt() <= now).toList()) {
        line.remove(late);
        heard.add(late.id() + " " + Refusal.LATE);
      }
      held.removeIf(one -> one.endsAt() <= now);
      serve();
    }

    private void serve() {
      while (held.size() < permits) {
        Optional<Waiting> next =
            line.stream()
                .min(
                    Comparator.comparingInt((Waiting one) -> -one.level())
                        .thenComparingInt(Waiting::id));
        if (next.isEmpty()) {
          return;
        }
        line.remove(next.get());
        grant(next.get().id());
      }
    }

    private void grant(int id) {
      heard.add(id + " granted");
      held.add(new Held(id, now + LEASE_MS));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void permits_do_what_the_model_does(long seed) {
    Random random = new Random(seed);
    SimulatedTimers timers = new SimulatedTimers();
    Model model = new Model(1 + random.nextInt(4), random.nextInt(12));
    Permits permits =
        new Permits(
            new Limits(model.permits, model.waitingMax, LEVELS, Duration.ofMillis(LEASE_MS)),
            timers,
            lease -> {});
    List<Asker> askers = new ArrayList<>();

    for (int step = 0; step < 3_000; step++) {
      move(random, timers, model, permits, askers);

      String at = "seed " + seed + ", step " + step;
      assertThat(permits.isValid()).as(at).isTrue();
      assertThat(permits.inUse()).as(at).isEqualTo(model.held.size());
      assertThat(permits.waiting()).as(at).isEqualTo(model.line.size());
    }

    assertThat(heardBy(askers)).as("seed " + seed).isEqualTo(heardBy(model));
    timers.advance(Duration.ofMillis(10 * LEASE_MS));
    assertThat(permits.inUse()).as("seed " + seed).isZero();
    assertThat(permits.waiting()).as("seed " + seed).isZero();
    assertThat(timers.pending()).as("seed " + seed).isZero();
  }

  private static void move(
      Random random, SimulatedTimers timers, Model model, Permits permits, List<Asker> askers) {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        int level = random.nextInt(LEVELS);
        long patience = random.nextInt(120) - 2L;
        Asker asker = new Asker();
        askers.add(asker);
        model.acquire(askers.size() - 1, level, patience);
        // Half a tick less, so that a wait and a lease never end at the same moment.
        Duration half = Duration.ofMillis(patience).minusNanos(500_000);
        asker.wish = permits.acquire(level, half, asker);
      }
      case 3 -> {
        if (!model.held.isEmpty()) {
          int id = model.held.get(random.nextInt(model.held.size())).id();
          model.release(id);
          permits.release(askers.get(id).lease());
        }
      }
      case 4 -> {
        if (!model.line.isEmpty()) {
          Waiting one = model.line.remove(random.nextInt(model.line.size()));
          askers.get(one.id()).wish().withdraw();
        }
      }
      default -> {
        for (int ms = random.nextInt(20); ms > 0; ms--) {
          model.tick();
          timers.advance(Duration.ofMillis(1));
        }
      }
    }
  }

  private static List<String> heardBy(Model model) {
    return model.heard.stream().sorted().toList();
  }

  private static List<String> heardBy(List<Asker> askers) {
    List<String> heard = new ArrayList<>();
    for (int id = 0; id < askers.size(); id++) {
      for (Long ignored : askers.get(id).leases) {
        heard.add(id + " granted");
      }
      for (Refusal why : askers.get(id).refusals) {
        heard.add(id + " " + why);
      }
    }
    return heard.stream().sorted().toList();
  }
}
