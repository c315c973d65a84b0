package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
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

/// An owner whose store, agent, provider or listener has a bug.
class AgentThreadTest {
  private static final ThreadId THREAD = new ThreadId("t");

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimServices surroundings = new SimServices(time, random);
  private final SimInstance instance =
      new SimInstance(time, random, surroundings, store.store, TestConfigs.THREADS);

  @BeforeEach
  void create() {
    instance.send(
        new ThreadCommand.Create(
            THREAD, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, null));
    run();
  }

  @Test
  void a_store_that_throws_keeps_no_slot() {
    store.next("append", Fault.THROWS);

    Future<Answer.RunAccepted> broken = start();
    run();

    assertThat(broken.failed()).isTrue();
    assertThat(instance.slotsInUse()).isZero();
    assertRunsStillEnd();
  }

  @Test
  void an_error_while_a_turn_is_decided_keeps_no_slot_and_no_other_turn() {
    surroundings.agentFails = new StackOverflowError("deep");

    Future<Answer.RunAccepted> broken = start();
    run();
    surroundings.agentFails = null;

    assertThat(broken.failed()).isTrue();
    assertThat(instance.slotsInUse()).isZero();
    assertRunsStillEnd();
  }

  @Test
  void a_witness_that_throws_costs_no_turn() {
    surroundings.witness =
        (thread, facts) -> {
          throw new AssertionError("a bug of the witness");
        };

    assertRunsStillEnd();
  }

  @Test
  void a_model_client_that_throws_an_error_leaves_the_run_to_the_next_owner() {
    surroundings.providersFail = new NoClassDefFoundError("missing");

    Future<Answer.RunAccepted> accepted = start();
    run();

    assertThat(accepted.succeeded()).isTrue();
    assertThat(events().getLast()).isInstanceOf(ThreadEvent.RunCompleted.class);
    assertThat(instance.slotsInUse()).isZero();
  }

  @Test
  void text_that_is_kept_for_readers_weighs_while_it_is_kept() {
    surroundings.modelText = "x".repeat(100_000);
    surroundings.modelSilent = true;
    long atRest = instance.threads.heldBytes();

    Future<Answer.RunAccepted> accepted = start();
    time.runFor(Duration.ofSeconds(1), 10_000);
    long during = instance.threads.heldBytes();
    instance.send(new ThreadCommand.CancelRun(THREAD, Caller.ANONYMOUS, accepted.result().run()));
    run();

    assertThat(during).isGreaterThan(atRest + 100_000);
    assertThat(instance.threads.heldBytes()).isLessThan(atRest + 10_000);
  }

  private void assertRunsStillEnd() {
    Future<Answer.RunAccepted> accepted = start();
    run();
    assertThat(accepted.succeeded()).isTrue();
    assertThat(events().getLast()).isInstanceOf(ThreadEvent.RunCompleted.class);
    assertThat(instance.slotsInUse()).isZero();
  }

  private Future<Answer.RunAccepted> start() {
    return instance.ask(LiveThreads.run(THREAD));
  }

  private List<ThreadEvent> events() {
    return store.real.read(THREAD, FactQuery.after(0, 1_000)).result().stream()
        .map(Fact::event)
        .toList();
  }

  private void run() {
    time.runFor(Duration.ofMinutes(2), 100_000);
  }
}
