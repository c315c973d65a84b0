package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.OnBusy;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole lives of threads under faults, from one seed each: a store that loses requests and
/// answers, a model that fails, processes that die, clients that send everything at once and again.
/// Then the faults stop, and all must come to rest.
class AgentThreadSimulationTest {
  private static final int SEEDS = Integer.getInteger("art.sim.seeds", 300);
  private static final int COMMANDS = 40;
  private static final List<OnBusy> ON_BUSY = List.of(OnBusy.values());
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final List<ThreadId> THREADS =
      List.of(new ThreadId("a"), new ThreadId("b"), new ThreadId("c"), new ThreadId("d"));

  static List<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void nothing_acknowledged_is_lost_and_every_run_ends(long seed) {
    World world = new World(seed);

    world.live();
    world.heal();

    world.check();
  }

  @Test
  void runs_give_way_to_urgent_ones_on_the_way() {
    long yielded = 0;
    for (long seed = 1; seed <= 20; seed++) {
      World world = new World(seed);
      world.live();
      world.heal();
      yielded += world.surroundings.slotsYielded();
    }

    assertThat(yielded).isPositive();
  }

  private static final class World {
    private final long seed;
    private final Random random;
    private final SimTime time = new SimTime();
    private final SimStore store;
    private final SimServices surroundings;
    private SimInstance instance;
    private final List<Instant> replacements = new ArrayList<>();
    private final Map<ThreadId, Set<String>> acknowledgedIncrements = new HashMap<>();
    private final Map<ThreadId, Set<RunId>> acceptedRuns = new HashMap<>();
    private final List<ThreadServices> kept = new ArrayList<>();

    World(long seed) {
      this.seed = seed;
      random = new Random(seed);
      store = new SimStore(time, random);
      surroundings = new SimServices(time, random);
      instance = newInstance();
    }

    void live() {
      store.faults = storeIsSound() ? 0 : 0.05;
      surroundings.modelFaults = 0.1;
      for (ThreadId id : THREADS) {
        create(id, 0);
      }
      for (int i = 0; i < COMMANDS; i++) {
        int number = i;
        time.schedule(Duration.ofMillis(random.nextInt(2_000)), () -> command(number));
      }
      int deaths = (int) (seed % 4);
      for (int i = 0; i < deaths; i++) {
        time.schedule(Duration.ofMillis(random.nextInt(2_000)), this::replaceInstance);
      }
      for (int i = 0; i < 3_000 && time.step(); i++) {}
    }

    void heal() {
      store.faults = 0;
      surroundings.modelFaults = 0;
      time.schedule(Duration.ZERO, this::replaceInstance);
      time.run(100_000);
    }

    void check() {
      for (ThreadId id : THREADS) {
        ThreadState state = ThreadState.empty(id);
        ThreadWeight weight = new ThreadWeight();
        for (Fact fact : store.log(id)) {
          state = state.after(fact);
          assertThat(weight.of(state))
              .as("%s: weight at seq %d", this, fact.seq())
              .isEqualTo(new ThreadWeight().of(state));
          assertThat(fact.stateVersion())
              .as("%s seq %d", this, fact.seq())
              .isEqualTo(state.document().version());
        }
        assertThat(state.runs()).as("%s: open runs of %s", this, id).isEmpty();
        assertIncrements(id, state);
        assertRuns(id);
      }
      assertThat(surroundings.slotsInUse()).as("%s: slots", this).isZero();
      assertThat(surroundings.modelCallsOpen).as("%s: calls", this).isZero();
    }

    private void assertIncrements(ThreadId id, ThreadState state) {
      Set<String> present = new HashSet<>();
      state.document().data().path("ops").fieldNames().forEachRemaining(present::add);
      assertThat(present)
          .as("%s: %s", this, id)
          .containsAll(acknowledgedIncrements.getOrDefault(id, Set.of()));
    }

    private void assertRuns(ThreadId id) {
      Map<RunId, Integer> ends = new HashMap<>();
      Set<String> operationsSeen = new HashSet<>();
      for (Fact fact : store.log(id)) {
        switch (fact.event()) {
          case ThreadEvent.RunQueued queued -> {
            ends.put(queued.run(), 0);
            assertThat(operationsSeen.add(queued.request().query()))
                .as("%s: a repeated command made a second run: %s", this, queued)
                .isTrue();
          }
          case ThreadEvent.RunStarted started ->
              assertThat(started.attempt())
                  .as("%s: giving way is no new attempt: %s", this, started)
                  .isLessThanOrEqualTo(1 + replacedUntil(fact.at()));
          case ThreadEvent.RunFailed e -> {
            ends.merge(e.run(), 1, Integer::sum);
            assertThat(e.failure().code())
                .as("%s: a store that could not serve failed the run %s", this, e)
                .isNotEqualTo("UNKNOWN_ERROR");
          }
          case ThreadEvent.RunEnd e -> ends.merge(e.run(), 1, Integer::sum);
          default -> {}
        }
      }
      assertThat(ends.keySet())
          .as("%s: accepted runs of %s", this, id)
          .containsAll(acceptedRuns.getOrDefault(id, Set.of()));
      assertThat(ends.values())
          .as("%s: ends of runs of %s", this, id)
          .allMatch(count -> count == 1);
    }

    private void create(ThreadId id, int tries) {
      OperationKey operation = new OperationKey("create-" + id, "create");
      instance
          .ask(
              new ThreadCommand.Create(
                  id,
                  Caller.ANONYMOUS,
                  JsonNodeFactory.instance.objectNode(),
                  Map.of(),
                  true,
                  operation))
          .onFailure(cause -> time.schedule(Duration.ofMillis(20), () -> create(id, tries + 1)));
    }

    private void command(int number) {
      ThreadId id = THREADS.get(random.nextInt(THREADS.size()));
      switch (random.nextInt(6)) {
        case 0, 1 -> increment(id, "op" + number);
        case 2, 3, 4 -> run(id, number, ON_BUSY.get(random.nextInt(4)));
        default -> cancelSome(id);
      }
    }

    /// Sends it once or twice, and again when it is not answered well; it counts once.
    private void increment(ThreadId id, String name) {
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      patch.putObject("ops").put(name, 1);
      OperationKey operation = new OperationKey(name, name);
      for (int i = 0; i <= random.nextInt(2); i++) {
        instance
            .ask(
                new ThreadCommand.UpdateState(
                    id, Caller.ANONYMOUS, new StateChange.MergePatch(patch), null, operation))
            .onSuccess(state ->
                acknowledgedIncrements.computeIfAbsent(id, key -> new HashSet<>()).add(name));
      }
    }

    private void run(ThreadId id, int number, OnBusy onBusy) {
      RunRequest request =
          new RunRequest(
              "query" + number,
              PRIORITIES.get(random.nextInt(PRIORITIES.size())),
              onBusy,
              RunOptions.NONE,
              Duration.ofSeconds(random.nextInt(5) == 0 ? 1 : 60),
              "0",
              random.nextBoolean());
      OperationKey operation = new OperationKey("run" + number, "run" + number);
      for (int i = 0; i <= random.nextInt(2); i++) {
        instance
            .ask(
                new ThreadCommand.StartRun(
                    id, Caller.ANONYMOUS, request, null, Map.of(), operation))
            .onSuccess(accepted ->
                acceptedRuns.computeIfAbsent(id, key -> new HashSet<>()).add(accepted.run()));
      }
    }

    private void cancelSome(ThreadId id) {
      Set<RunId> runs = acceptedRuns.getOrDefault(id, Set.of());
      if (!runs.isEmpty()) {
        List<RunId> all = runs.stream().sorted((a, b) -> a.value().compareTo(b.value())).toList();
        instance.ask(
            new ThreadCommand.CancelRun(id, Caller.ANONYMOUS, all.get(random.nextInt(all.size()))));
      }
    }

    /// Else an owner may lose its thread and take it up again.
    private boolean storeIsSound() {
      return seed % 3 == 0;
    }

    private int replacedUntil(Instant at) {
      return storeIsSound()
          ? (int) replacements.stream().filter(one -> !one.isAfter(at)).count()
          : Integer.MAX_VALUE - 1;
    }

    private void replaceInstance() {
      replacements.add(time.instant().truncatedTo(ChronoUnit.MILLIS));
      instance.die();
      instance = newInstance();
      instance.recover();
    }

    private SimInstance newInstance() {
      ThreadServices services =
          surroundings.with(
              store,
              new ThreadsConfig(
                  100,
                  20,
                  50,
                  Duration.ofMinutes(5),
                  100,
                  1L << 30,
                  7,
                  Duration.ofHours(1),
                  1L << 30,
                  Duration.ofHours(24)));
      kept.add(services);
      return new SimInstance(time, services);
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }
}
