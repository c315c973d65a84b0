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
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import io.vertx.core.Future;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Lives of threads under faults, each from one seed: a store that loses requests and answers and
/// writes late, a model that fails, processes that crash and restart, owners that are evicted,
/// clients that repeat commands. Then the faults stop, nothing is restarted, and all work must end.
class AgentThreadSimulationTest {
  private static final int SEEDS = Integer.getInteger("art.sim.seeds", 300);
  private static final int COMMANDS = 40;
  private static final List<OnBusy> ON_BUSY = List.of(OnBusy.values());
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final List<ThreadId> THREADS =
      List.of(new ThreadId("a"), new ThreadId("b"), new ThreadId("c"), new ThreadId("d"));

  /// Created and deleted repeatedly.
  private static final ThreadId FLEETING = new ThreadId("fleeting");

  private static final Duration LIFE = Duration.ofSeconds(5);

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
    private final List<SimReader> readers = new ArrayList<>();
    private final List<Instant> crashes = new ArrayList<>();
    private final Map<ThreadId, Set<String>> acknowledgedIncrements = new HashMap<>();
    private final Map<ThreadId, Set<RunId>> acceptedRuns = new HashMap<>();
    private final List<AssertionError> broken = new ArrayList<>();
    private boolean healed;

    World(long seed) {
      this.seed = seed;
      random = new Random(seed);
      store = new SimStore(time, random);
      surroundings = new SimServices(time, random);
      instance = newInstance();
      instance.begin();
    }

    void live() {
      store.faults = storeIsSound() ? 0 : 0.05;
      surroundings.modelFaults = 0.1;
      for (ThreadId id : THREADS) {
        create(id);
        readers.add(new SimReader(id, time, random, () -> instance.threads));
      }
      readers.forEach(SimReader::come);
      comeAndGo();
      for (int i = 0; i < COMMANDS; i++) {
        int number = i;
        later(() -> command(number));
        later(() -> instance.threads.passivate(anyThread()));
      }
      for (int i = 0; i < seed % 4; i++) {
        later(i % 2 == 0 ? this::crash : this::restart);
      }
      if (!storeIsSound()) {
        later(() -> store.fail(Duration.ofMillis(random.nextInt(500))));
      }
      time.runFor(LIFE, 100_000);
    }

    /// Faults stop. Nothing is restarted: the running process must bring all work to its end.
    void heal() {
      healed = true;
      store.faults = 0;
      surroundings.modelFaults = 0;
      if (roomIsTight()) {
        readers.forEach(SimReader::leave);
      }
      time.runFor(Duration.ofMinutes(5), 100_000);
    }

    /// A check inside a callback: a future would swallow what it throws.
    private void onTheWay(Runnable check) {
      try {
        check.run();
      } catch (AssertionError e) {
        broken.add(e);
      }
    }

    void check() {
      assertThat(broken).as("%s: on the way", this).isEmpty();
      for (ThreadId id : THREADS) {
        ThreadState state = ThreadState.empty(id);
        ThreadWeight weight = new ThreadWeight();
        Instant before = Instant.MIN;
        for (Fact fact : store.log(id)) {
          state = state.after(fact);
          assertThat(weight.of(state))
              .as("%s: weight at seq %d", this, fact.seq())
              .isEqualTo(new ThreadWeight().of(state));
          assertThat(fact.stateVersion())
              .as("%s seq %d", this, fact.seq())
              .isEqualTo(state.document().version());
          assertThat(fact.at()).as("%s seq %d", this, fact.seq()).isAfterOrEqualTo(before);
          before = fact.at();
        }
        assertThat(state.runs()).as("%s: open runs of %s", this, id).isEmpty();
        assertIncrements(id, state);
        assertRuns(id);
        assertReadState(id, state);
      }
      assertThat(store.log(FLEETING)).as("%s: deleted for good", this).isEmpty();
      assertReaders();
      assertThat(instance.slotsInUse()).as("%s: slots", this).isZero();
      assertThat(instance.modelCallsOpen()).as("%s: calls", this).isZero();
      assertThat(instance.owners()).as("%s: owners", this).isEqualTo(instance.threads.active());
    }

    /// A reader that stayed has all facts; a reader that left has the facts up to some seq.
    private void assertReaders() {
      for (int i = 0; i < THREADS.size(); i++) {
        List<Fact> log = store.log(THREADS.get(i));
        List<Fact> read = readers.get(i).facts();
        assertThat(read)
            .as("%s: what the reader of %s got", this, THREADS.get(i))
            .isEqualTo(roomIsTight() ? log.subList(0, read.size()) : log);
      }
    }

    private void assertReadState(ThreadId id, ThreadState state) {
      Future<StateDocument> read = instance.threads.state(id);
      time.runFor(Duration.ofSeconds(1), 1_000);
      assertThat(read.result()).as("%s: state of %s", this, id).isEqualTo(state.document());
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
                  .isLessThanOrEqualTo(1 + crashedUntil(fact.at()));
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

    private void create(ThreadId id) {
      instance
          .ask(creation(id, new OperationKey("create-" + id, "create")))
          .onFailure(cause -> time.schedule(Duration.ofMillis(20), () -> create(id)));
    }

    private static ThreadCommand.Create creation(ThreadId id, @Nullable OperationKey operation) {
      return new ThreadCommand.Create(
          id, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, operation);
    }

    /// Creates a thread and deletes it, repeatedly. Each acknowledged change must have taken
    /// effect.
    private void comeAndGo() {
      SimInstance asked = instance;
      asked
          .ask(creation(FLEETING, null))
          .compose(made -> {
            if (asked != instance) {
              return Future.failedFuture("the client asks the next process");
            }
            onTheWay(() -> assertThat(store.log(FLEETING)).as("made").isNotEmpty());
            return asked.ask(new ThreadCommand.Delete(FLEETING, Caller.ANONYMOUS));
          })
          .onSuccess(gone -> {
            if (asked == instance) {
              onTheWay(() -> assertThat(store.log(FLEETING)).as("deleted").isEmpty());
            }
          })
          .onComplete(done -> {
            if (asked == instance && (!healed || done.failed())) {
              time.schedule(
                  Duration.ofMillis(random.nextInt(200)),
                  () -> {
                    if (asked == instance) {
                      comeAndGo();
                    }
                  });
            }
          });
    }

    private void later(Runnable task) {
      time.schedule(Duration.ofMillis(random.nextInt(2_000)), task);
    }

    private ThreadId anyThread() {
      return THREADS.get(random.nextInt(THREADS.size()));
    }

    private void command(int number) {
      ThreadId id = anyThread();
      switch (random.nextInt(6)) {
        case 0, 1 -> increment(id, "op" + number);
        case 2, 3, 4 -> run(id, number, ON_BUSY.get(random.nextInt(4)));
        default -> cancelSome(id);
      }
    }

    /// Sends the command once or twice; it must count once.
    private void increment(ThreadId id, String name) {
      ObjectNode patch = JsonNodeFactory.instance.objectNode();
      patch.putObject("ops").put(name, 1);
      OperationKey operation = new OperationKey(name, name);
      for (int i = 0; i <= random.nextInt(2); i++) {
        instance
            .ask(
                new ThreadCommand.UpdateState(
                    id, Caller.ANONYMOUS, new StateChange.MergePatch(patch), null, operation))
            .onComplete(answer -> {
              if (answer.succeeded()) {
                acknowledgedIncrements.computeIfAbsent(id, key -> new HashSet<>()).add(name);
              }
            });
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
            .onComplete(answer -> {
              if (answer.succeeded()) {
                acceptedRuns.computeIfAbsent(id, key -> new HashSet<>()).add(answer.result().run());
              }
            });
      }
    }

    private void cancelSome(ThreadId id) {
      Set<RunId> runs = acceptedRuns.getOrDefault(id, Set.of());
      if (!runs.isEmpty()) {
        List<RunId> all = runs.stream().sorted((a, b) -> a.value().compareTo(b.value())).toList();
        instance.send(
            new ThreadCommand.CancelRun(id, Caller.ANONYMOUS, all.get(random.nextInt(all.size()))));
      }
    }

    /// Otherwise an owner may lose its thread and activate it again.
    private boolean storeIsSound() {
      return seed % 3 == 0;
    }

    /// Whether there is less room than there are threads.
    private boolean roomIsTight() {
      return seed % 5 == 0;
    }

    private int crashedUntil(Instant at) {
      return storeIsSound()
          ? (int) crashes.stream().filter(crash -> !crash.isAfter(at)).count()
          : Integer.MAX_VALUE - 1;
    }

    private void crash() {
      crashes.add(time.instant().truncatedTo(ChronoUnit.MILLIS));
      instance.die();
      replaceInstance();
    }

    /// An orderly stop, with or without enough time for open steps; then the next process starts.
    private void restart() {
      SimInstance old = instance;
      old.stop(Duration.ofMillis(random.nextInt(300)))
          .onComplete(stopped -> {
            if (instance == old) {
              onTheWay(() -> {
                assertThat(stopped.succeeded()).as("stopped").isTrue();
                assertThat(old.threads.active()).as("active when stopped").isZero();
                assertThat(old.slotsInUse()).as("slots when stopped").isZero();
              });
              old.die();
              replaceInstance();
            }
          });
    }

    private void replaceInstance() {
      instance = newInstance();
      instance.begin();
      readers.forEach(SimReader::onDeath);
      comeAndGo();
    }

    private SimInstance newInstance() {
      ThreadsConfig config =
          new ThreadsConfig(
              100,
              20,
              50,
              Duration.ofMinutes(5),
              roomIsTight() ? 2 : 100,
              1L << 30,
              7,
              Duration.ofHours(1),
              1L << 30,
              Duration.ofHours(24),
              Duration.ofDays(30));
      return new SimInstance(time, random, surroundings, store, config);
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }
}
