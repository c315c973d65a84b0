package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.cluster.Cluster;
import dev.artserver.cluster.ClusterConfig;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.flow.FireAndForget;
import dev.artserver.lease.memory.MemoryLocks;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
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
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Three simulated instances with the real classes on one store, in simulated time. They die,
/// freeze, stop in order, are cut off from each other or from the lock service, which may forget
/// everything. Clients repeat what was not answered, at any instance.
class ClusterSimulationTest {
  private static final int SEEDS = Integer.getInteger("art.sim.cluster.seeds", 150);
  private static final List<ThreadId> THREADS =
      List.of(new ThreadId("a"), new ThreadId("b"), new ThreadId("c"), new ThreadId("e"));
  private static final int INSTANCES = 3;
  private static final int COMMANDS = 60;

  static IntStream seeds() {
    int first = Integer.getInteger("art.sim.cluster.first", 1);
    return IntStream.range(first, first + SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void nothing_acknowledged_is_lost_and_nothing_is_done_twice(int seed) {
    World world = new World(seed);
    world.live();
    world.heal();
    world.check();
  }

  /// During an update: what it reads may have been written by the next release.
  @Test
  void an_instance_that_is_too_old_for_a_thread_leaves_it_to_another() {
    World world = new World(0, 2);
    ThreadId id = THREADS.getFirst();

    Future<? extends Answer> made = world.nodes.getFirst().threads.ask(world.creation(id));
    world.time.runFor(Duration.ofSeconds(10), 100_000);

    assertThat(made.succeeded()).isTrue();
    assertThat(world.nodes.getLast().instance.threads.isActive(id)).isTrue();
  }

  @Test
  void a_thread_that_every_instance_is_too_old_for_is_refused_at_once() {
    World world = new World(0, 3);
    Future<? extends Answer> made =
        world.nodes.getFirst().threads.ask(world.creation(THREADS.getFirst()));
    world.time.runFor(Duration.ofSeconds(1), 100_000);

    assertThat(made.cause())
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isInstanceOf(Failure.TooNew.class));
  }

  private static final class World {
    private final int seed;
    private final int tooOld;
    private final Random random;
    private final SimTime time = new SimTime();
    private final SimStore store;
    private final SimServices surroundings;
    private final SimNetwork network;
    private final MemoryLocks locks = new MemoryLocks(time::nanos);
    private final List<Node> nodes = new ArrayList<>();
    private final List<SimReader> readers = new ArrayList<>();
    private final Map<ThreadId, Set<String>> acknowledged = new HashMap<>();
    private final Map<ThreadId, Set<RunId>> accepted = new HashMap<>();
    private boolean locksAway;
    private int numbers;
    private int open;

    World(int seed) {
      this(seed, 0);
    }

    /// @param tooOld how many instances can read no thread
    World(int seed, int tooOld) {
      this.seed = seed;
      this.tooOld = tooOld;
      random = new Random(seed);
      store = new SimStore(time, random);
      surroundings = new SimServices(time, random);
      network = new SimNetwork(time, random);
      for (int i = 0; i < INSTANCES; i++) {
        nodes.add(new Node());
      }
      if (tooOld > 0) {
        time.runFor(Duration.ofSeconds(2), 100_000);
      }
    }

    private ThreadCommand.Create creation(ThreadId id) {
      return new ThreadCommand.Create(
          id,
          Caller.ANONYMOUS,
          JsonNodeFactory.instance.objectNode(),
          Map.of(),
          true,
          new OperationKey("create-" + id, "create"));
    }

    /// A place for one instance after the other.
    private final class Node {
      private InstanceId id;
      private SimServices.SimProcess process;
      private SimInstance instance;
      private Cluster cluster;
      private Threads threads;
      private boolean draining;
      private boolean lockCut;
      private boolean dead;

      Node() {
        begin();
      }

      void begin() {
        InstanceId own = new InstanceId("i" + ++numbers);
        id = own;
        draining = false;
        dead = false;
        process = surroundings.process(readable(), config());
        SimServices.SimProcess mine = process;
        SimLock lock =
            new SimLock(time, random, mine, locks.as(own.value()), () -> locksAway || lockCut);
        Cluster[] made = new Cluster[1];
        instance =
            new SimInstance(
                time,
                random,
                mine,
                loops -> {
                  made[0] =
                      new Cluster(
                          new Cluster.Services(
                              network.channel(own, mine),
                              lock,
                              lock,
                              new ClusterConfig(
                                  Duration.ofSeconds(3),
                                  Duration.ofSeconds(15),
                                  Duration.ofSeconds(65),
                                  100),
                              mine.services().store(),
                              TestConfigs.FEED,
                              mine.services().ids(),
                              mine.services().timers(),
                              mine.services().clock(),
                              loops.background(),
                              () -> loops.caller().executor()),
                          () -> info(own));
                  return made[0].ownership();
                });
        cluster = made[0];
        threads = cluster.join(instance.threads);
      }

      private ThreadStore readable() {
        return numbers <= tooOld ? TooNewStore.over(store) : store;
      }

      private InstanceInfo info(InstanceId own) {
        SimInstance known = instance;
        return new InstanceInfo(
            own, "1", known == null ? 0 : known.threads.active(), 100, 0, 2, 0, draining, "");
      }

      void kill() {
        if (nodes.stream().anyMatch(node -> node.dead)) {
          return;
        }
        dead = true;
        process.die();
        readers.forEach(SimReader::onDeath);
        time.schedule(Duration.ofMillis(random.nextInt(8_000)), this::begin);
      }

      void freeze(Duration span) {
        process.freeze();
        SimServices.SimProcess frozen = process;
        time.schedule(span, frozen::thaw);
      }

      void restart() {
        draining = true;
        cluster.drain();
        SimServices.SimProcess old = process;
        FireAndForget.harmless(
            instance
                .stop(Duration.ofMillis(random.nextInt(500)))
                .eventually(cluster::leave)
                .onComplete(stopped -> {
                  if (process == old) {
                    old.die();
                    readers.forEach(SimReader::onDeath);
                    begin();
                  }
                }),
            "the test looks at the log");
      }
    }

    private ThreadsConfig config() {
      return new ThreadsConfig(
          100,
          20,
          50,
          Duration.ofMinutes(5),
          100,
          1L << 30,
          7,
          Duration.ofHours(1),
          1L << 30,
          Duration.ofHours(24),
          Duration.ofDays(30));
    }

    void live() {
      store.faults = seed % 3 == 0 ? 0.02 : 0;
      network.losses = seed % 2 == 0 ? 0.02 : 0;
      time.runFor(Duration.ofSeconds(2), 100_000);
      for (ThreadId id : THREADS) {
        untilAnswered(creation(id), answer -> {});
        for (int i = 0; i < 2; i++) {
          readers.add(new SimReader(id, time, random, () -> anyNode().threads));
        }
      }
      readers.forEach(SimReader::come);
      for (int i = 0; i < COMMANDS; i++) {
        int number = i;
        later(() -> command(number));
      }
      for (int i = 0; i < 3; i++) {
        later(this::fault);
      }
      time.runFor(Duration.ofSeconds(60), 1_000_000);
    }

    private void fault() {
      Node node = anyNode();
      switch (random.nextInt(7)) {
        case 0, 1 -> node.kill();
        case 2 -> node.freeze(Duration.ofMillis(500 + random.nextInt(12_000)));
        case 3 -> node.restart();
        case 4 -> {
          InstanceId cut = node.id;
          network.cutOff(cut, true);
          time.schedule(
              Duration.ofMillis(random.nextInt(10_000)), () -> network.cutOff(cut, false));
        }
        case 5 -> {
          locksAway = true;
          time.schedule(Duration.ofMillis(random.nextInt(10_000)), () -> locksAway = false);
        }
        default -> {
          locks.clear();
          node.lockCut = true;
          time.schedule(Duration.ofMillis(random.nextInt(10_000)), () -> node.lockCut = false);
        }
      }
    }

    void heal() {
      store.faults = 0;
      network.losses = 0;
      time.runFor(Duration.ofMinutes(3), 1_000_000);
    }

    void check() {
      assertThat(open).as("%s: commands never answered", this).isZero();
      for (ThreadId id : THREADS) {
        ThreadState state = ThreadState.empty(id);
        for (Fact fact : store.log(id)) {
          state = state.after(fact);
        }
        assertThat(state.runs()).as("%s: open runs of %s", this, id).isEmpty();
        Set<String> present = new HashSet<>();
        state.document().data().path("ops").fieldNames().forEachRemaining(present::add);
        assertThat(present)
            .as("%s: changes of %s", this, id)
            .containsAll(acknowledged.getOrDefault(id, Set.of()));
        checkRuns(id);
      }
      for (int i = 0; i < readers.size(); i++) {
        ThreadId id = THREADS.get(i / 2);
        assertThat(readers.get(i).facts().size())
            .as("%s: what reader %d of %s got", this, i, id)
            .isEqualTo(store.log(id).size());
        assertThat(readers.get(i).facts()).isEqualTo(store.log(id));
      }
      int owners = nodes.stream().mapToInt(node -> node.instance.threads.active()).sum();
      assertThat(owners).as("%s: owners", this).isLessThanOrEqualTo(THREADS.size());
    }

    private void checkRuns(ThreadId id) {
      Map<RunId, Integer> ends = new HashMap<>();
      Set<String> queries = new HashSet<>();
      for (Fact fact : store.log(id)) {
        if (fact.event() instanceof ThreadEvent.RunQueued queued) {
          ends.put(queued.run(), 0);
          assertThat(queries.add(queued.request().query()))
              .as("%s: a repeated command made a second run: %s", this, queued)
              .isTrue();
        } else if (fact.event() instanceof ThreadEvent.RunEnd end) {
          ends.merge(end.run(), 1, Integer::sum);
        }
      }
      assertThat(ends.keySet()).containsAll(accepted.getOrDefault(id, Set.of()));
      assertThat(ends.values()).as("%s: ends of runs of %s", this, id).allMatch(one -> one == 1);
    }

    private void later(Runnable task) {
      time.schedule(Duration.ofMillis(random.nextInt(20_000)), task);
    }

    private Node anyNode() {
      List<Node> living = nodes.stream().filter(node -> !node.dead).toList();
      return living.get(random.nextInt(living.size()));
    }

    private void command(int number) {
      ThreadId id = THREADS.get(random.nextInt(THREADS.size()));
      String name = "op" + number;
      OperationKey key = new OperationKey(name, name);
      if (random.nextBoolean()) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("ops").put(name, 1);
        untilAnswered(
            new ThreadCommand.UpdateState(
                id, Caller.ANONYMOUS, new StateChange.MergePatch(patch), null, key),
            answer -> acknowledged.computeIfAbsent(id, any -> new HashSet<>()).add(name));
        return;
      }
      RunRequest request =
          new RunRequest(
              name, Priority.NORMAL, OnBusy.ENQUEUE, RunOptions.NONE, Duration.ofMinutes(5), "0");
      untilAnswered(
          new ThreadCommand.StartRun(id, Caller.ANONYMOUS, request, null, Map.of(), key),
          answer -> accepted.computeIfAbsent(id, any -> new HashSet<>()).add(answer.run()));
    }

    private <A extends Answer> void untilAnswered(ThreadCommand<A> command, Consumer<A> heard) {
      open++;
      attempt(command, heard, new boolean[1]);
    }

    /// A client whose request is not answered in time asks again, perhaps elsewhere.
    private <A extends Answer> void attempt(
        ThreadCommand<A> command, Consumer<A> heard, boolean[] answered) {
      boolean[] given = {false};
      Runnable again =
          () -> {
            if (!given[0] && !answered[0]) {
              given[0] = true;
              attempt(command, heard, answered);
            }
          };
      Node node = anyNode();
      if (!node.process.isFrozen()) {
        node.threads
            .ask(command)
            .onSuccess(answer -> {
              if (!answered[0]) {
                answered[0] = true;
                open--;
                heard.accept(answer);
              }
            })
            .onFailure(cause -> time.schedule(Duration.ofMillis(100), again));
      }
      time.schedule(Duration.ofSeconds(25), again);
    }

    @Override
    public String toString() {
      return "seed " + seed;
    }
  }
}
