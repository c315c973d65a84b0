package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.RunStage;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.WorkTime;
import dev.artserver.store.Activation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The time limit of a run, one minute here, over deaths of processes and suspensions. The model
/// never answers.
class TimeAtWorkTest {
  private static final ThreadId THREAD = new ThreadId("t");
  private static final Duration DOWN = Duration.ofHours(1);

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimServices surroundings = new SimServices(time, random);
  private SimInstance instance = newInstance();

  @BeforeEach
  void start() {
    surroundings.modelSilent = true;
    FireAndForget.logged(instance.start(), "start the instance");
    FireAndForget.logged(
        instance.ask(
            new ThreadCommand.Create(
                THREAD,
                Caller.ANONYMOUS,
                JsonNodeFactory.instance.objectNode(),
                Map.of(),
                true,
                null)),
        "create the thread");
    run(Duration.ofSeconds(1));
    FireAndForget.logged(instance.ask(LiveThreads.run(THREAD)), "run");
    run(Duration.ofSeconds(20));
  }

  @Test
  void a_run_ends_when_its_time_is_used_up() {
    run(Duration.ofSeconds(41));

    assertThat(facts().getLast().event()).isInstanceOf(ThreadEvent.RunFailed.class);
  }

  @Test
  void the_time_in_which_no_process_had_the_thread_is_left_out() {
    restartAfter(DOWN);
    Instant again = time.instant();

    run(Duration.ofSeconds(30));
    assertThat(facts().getLast().event()).isInstanceOf(ThreadEvent.ModelCallStarted.class);
    run(Duration.ofMinutes(1));

    Fact end = facts().getLast();
    assertThat(end.event())
        .isInstanceOfSatisfying(
            ThreadEvent.RunFailed.class,
            e -> assertThat(e.failure().code()).isEqualTo("RUN_TIMEOUT"));
    assertThat(Duration.between(again, end.at()))
        .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(61));
  }

  @Test
  void the_log_says_how_long_that_was() {
    restartAfter(DOWN);
    restartAfter(DOWN);

    List<Duration> downtimes = new ArrayList<>();
    ThreadState state = ThreadState.empty(THREAD);
    for (Fact fact : facts()) {
      state = state.after(fact);
      if (fact.event() instanceof ThreadEvent.RunStarted started && started.attempt() > 1) {
        downtimes.add(started.downtime());
      }
    }
    assertThat(downtimes).hasSize(2).allMatch(one -> one != null && one.compareTo(DOWN) >= 0);
    ActiveRun run = state.runs().getFirst();
    assertThat(run.deadline())
        .isBetween(time.instant().plusSeconds(58), time.instant().plusSeconds(61));
  }

  @Test
  void a_suspended_run_holds_no_slot_and_no_owner_and_does_not_time_out() {
    instance.die();
    suspend();
    int before = facts().size();
    instance = newInstance();
    FireAndForget.logged(instance.start(), "start the instance");

    run(Duration.ofSeconds(2));
    assertThat(instance.owners()).isEqualTo(1);
    assertThat(instance.slotsInUse()).isZero();
    run(Duration.ofHours(3));

    assertThat(facts()).hasSize(before);
    assertThat(instance.slotsInUse()).isZero();
    assertThat(instance.modelCallsOpen()).isZero();
    assertThat(instance.owners()).isZero();
  }

  @Test
  void a_suspended_run_can_be_cancelled() {
    instance.die();
    suspend();
    instance = newInstance();
    ActiveRun run = folded().runs().getFirst();

    FireAndForget.logged(
        instance.ask(new ThreadCommand.CancelRun(THREAD, Caller.ANONYMOUS, run.id())), "cancel");
    run(Duration.ofSeconds(1));

    assertThat(facts().getLast().event()).isInstanceOf(ThreadEvent.RunCancelled.class);
  }

  /// A snapshot says that it is suspended.
  private void suspend() {
    ThreadState state = folded();
    ActiveRun run = state.runs().getFirst();
    Instant since = state.updatedAt();
    ActiveRun suspended =
        new ActiveRun(
            run.id(),
            run.request(),
            run.queuedAt(),
            run.queuedSeq(),
            new RunStage.Suspended("may I?", since, since.plus(Duration.ofDays(1))),
            run.attempt(),
            run.fruitless(),
            run.startedAt(),
            new WorkTime(Duration.ofSeconds(1), null),
            run.steps(),
            run.endedCalls(),
            List.of(),
            run.usage(),
            run.llmCalls(),
            run.toolCalls(),
            run.agentBefore(),
            run.failedSteps());
    ThreadState kept =
        new ThreadState(
            state.id(),
            state.seq(),
            state.profile(),
            state.title(),
            state.document(),
            state.history(),
            List.of(suspended),
            state.createdAt(),
            state.updatedAt());
    Activation activation = store.real.activate(THREAD).result();
    assertThat(store.real.saveSnapshot(kept, activation.epoch()).succeeded()).isTrue();
  }

  private ThreadState folded() {
    ThreadState state = ThreadState.empty(THREAD);
    for (Fact fact : facts()) {
      state = state.after(fact);
    }
    return state;
  }

  private void restartAfter(Duration downtime) {
    instance.die();
    run(downtime);
    instance = newInstance();
    FireAndForget.logged(instance.start(), "start the instance");
    run(Duration.ofMillis(500));
  }

  private SimInstance newInstance() {
    return new SimInstance(time, random, surroundings, store.store, TestConfigs.THREADS);
  }

  private List<Fact> facts() {
    return store.real.read(THREAD, FactQuery.after(0, 1_000)).result();
  }

  private void run(Duration span) {
    time.runFor(span, 200_000);
  }
}
