package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.FaultyStore.Fault;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Background work for all threads of an instance: recovery, eviction, a stop.
class ThreadsVerticleTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final ThreadId OTHER = new ThreadId("other");
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Duration MODEL_CALL = Duration.ofMillis(150);

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimServices surroundings = new SimServices(time, random);
  private SimInstance instance = instance(TestConfigs.THREADS);

  @BeforeEach
  void create() {
    instance.send(creation(THREAD));
    instance.send(creation(OTHER));
    time.runFor(Duration.ofSeconds(1), 10_000);
  }

  @Test
  void old_operations_are_forgotten_also_after_it_failed() {
    instance.begin();
    store.next("forgetOperations", Fault.REFUSED, Fault.THROWS);

    time.runFor(Duration.ofMinutes(15), 100_000);

    assertThat(store.calls("forgetOperations")).isEqualTo(3);
  }

  /// Found by reading: after one exception idle threads stayed in memory for ever.
  @Test
  void idle_threads_leave_also_after_looking_at_them_failed() {
    instance.begin();
    surroundings.clockFails = true;
    time.runFor(Duration.ofSeconds(10), 100_000);
    surroundings.clockFails = false;

    time.runFor(Duration.ofMinutes(10), 100_000);

    assertThat(instance.threads.active()).isZero();
  }

  @Test
  void a_store_that_fails_at_the_start_is_asked_again() {
    start(THREAD);
    crash();
    store.next("unfinished", Fault.REFUSED, Fault.REFUSED, Fault.THROWS);
    store.next("activate", Fault.REFUSED, Fault.REFUSED);

    Future<Integer> recovered = instance.start();
    time.runFor(Duration.ofMinutes(2), 100_000);

    assertThat(recovered.result()).isEqualTo(1);
    assertThat(events(THREAD).getLast()).isInstanceOf(ThreadEvent.RunCompleted.class);
  }

  @Test
  void a_recovery_that_waits_for_room_makes_idle_threads_leave() {
    List<ThreadId> many =
        java.util.stream.IntStream.range(0, 30).mapToObj(i -> new ThreadId("m" + i)).toList();
    many.forEach(id -> instance.send(creation(id)));
    time.runFor(Duration.ofSeconds(1), 10_000);
    many.forEach(this::start);
    instance.die();
    instance = instance(config(5));

    Future<Integer> recovered = instance.start();
    int most = 0;
    for (int i = 0; i < 6_000; i++) {
      time.runFor(Duration.ofMillis(100), 10_000);
      most = Math.max(most, instance.threads.active());
    }

    assertThat(recovered.result()).isEqualTo(30);
    assertThat(most).isEqualTo(5);
    // A run may wait longer for a slot than the small pool allows.
    assertThat(many)
        .allMatch(id -> events(id).getLast() instanceof ThreadEvent.RunEnd, "has ended");
  }

  @Test
  void a_stop_waits_for_the_open_step_of_a_run_and_not_for_its_end() {
    surroundings.modelWantsTools = true;
    RunId run = start(THREAD);
    time.runFor(Duration.ofMillis(10), 10_000);

    Future<Void> stopped = instance.stop(GRACE);
    time.runFor(MODEL_CALL.plusMillis(50), 10_000);

    assertThat(stopped.succeeded()).isTrue();
    assertThat(instance.threads.active()).isZero();
    assertThat(instance.slotsInUse()).isZero();
    assertThat(events(THREAD))
        .filteredOn(ThreadEvent.ModelCallEnded.class::isInstance)
        .as("the step was not lost")
        .hasSize(1);
    assertThat(events(THREAD).getLast()).isInstanceOf(ThreadEvent.RunYielded.class);
    assertEndsInFirstAttempt(run);
  }

  @Test
  void a_step_that_takes_longer_than_the_grace_is_cut_off_and_costs_no_attempt() {
    surroundings.modelSilent = true;
    RunId run = start(THREAD);
    time.runFor(Duration.ofMillis(10), 10_000);

    Future<Void> stopped = instance.stop(GRACE);
    time.runFor(GRACE.minusSeconds(1), 10_000);
    assertThat(stopped.isComplete()).isFalse();
    time.runFor(Duration.ofSeconds(2), 10_000);

    assertThat(stopped.succeeded()).isTrue();
    assertThat(instance.modelCallsOpen()).isZero();
    surroundings.modelSilent = false;
    assertEndsInFirstAttempt(run);
  }

  @Test
  void a_stop_does_not_wait_for_runs_that_wait_for_a_slot() {
    surroundings.modelSilent = true;
    List<ThreadId> more = List.of(new ThreadId("m1"), new ThreadId("m2"));
    more.forEach(id -> instance.send(creation(id)));
    time.runFor(Duration.ofSeconds(1), 10_000);
    start(THREAD);
    start(OTHER);
    more.forEach(this::start);
    time.runFor(Duration.ofMillis(10), 10_000);

    FireAndForget.harmless(instance.stop(GRACE), "the test looks at the owners");
    time.runFor(Duration.ofMillis(100), 10_000);

    assertThat(instance.threads.allOwners())
        .extracting(AgentThreadVerticle::id)
        .containsExactlyInAnyOrder(THREAD, OTHER);
  }

  @Test
  void nothing_new_begins_during_a_stop() {
    surroundings.modelSilent = true;
    start(THREAD);
    FireAndForget.harmless(instance.stop(GRACE), "the test looks at the owners");

    Future<Answer.RunAccepted> refused = instance.ask(LiveThreads.run(OTHER));

    assertThat(((FailureException) refused.cause()).failure()).isEqualTo(new Failure.Stopping());
  }

  private void assertEndsInFirstAttempt(RunId run) {
    crash();
    instance.begin();
    time.runFor(Duration.ofMinutes(2), 100_000);
    assertThat(events(THREAD).getLast())
        .isInstanceOfSatisfying(
            ThreadEvent.RunCompleted.class, end -> assertThat(end.run()).isEqualTo(run));
    assertThat(events(THREAD))
        .filteredOn(ThreadEvent.RunStarted.class::isInstance)
        .extracting(event -> ((ThreadEvent.RunStarted) event).attempt())
        .containsOnly(1);
    assertThat(events(THREAD))
        .filteredOn(ThreadEvent.MessageAdded.class::isInstance)
        .as("the question and the answer")
        .hasSize(2);
  }

  private RunId start(ThreadId id) {
    Future<Answer.RunAccepted> accepted = instance.ask(LiveThreads.run(id));
    time.runFor(Duration.ofMillis(1), 10_000);
    return accepted.result().run();
  }

  private void crash() {
    instance.die();
    instance = instance(TestConfigs.THREADS);
  }

  private SimInstance instance(ThreadsConfig config) {
    return new SimInstance(time, random, surroundings, store.store, config);
  }

  private static ThreadsConfig config(int residentMax) {
    ThreadsConfig any = TestConfigs.THREADS;
    return new ThreadsConfig(
        any.mailboxMax(),
        any.queuedRunsMax(),
        any.attemptsMax(),
        any.idleTimeout(),
        residentMax,
        any.residentBytesMax(),
        any.snapshotEvery(),
        any.runTimeoutMax(),
        any.memoryMax(),
        any.operationsKept(),
        any.answerMax());
  }

  private static ThreadCommand.Create creation(ThreadId id) {
    return new ThreadCommand.Create(
        id, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, null);
  }

  private List<ThreadEvent> events(ThreadId id) {
    return store.real.read(id, FactQuery.after(0, 1_000)).result().stream()
        .map(Fact::event)
        .toList();
  }
}
