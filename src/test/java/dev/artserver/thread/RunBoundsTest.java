package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.ExecutionOptions;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Priority;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A run that sets one of the bounds of the agent's loops.
class RunBoundsTest {
  private static final ThreadId THREAD = new ThreadId("t");

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final FaultyStore store = new FaultyStore();
  private final SimInstance instance =
      new SimInstance(
          time, random, new SimServices(time, random), store.store, TestConfigs.THREADS);

  @Test
  void the_bounds_that_a_run_leaves_out_are_those_of_its_thread() {
    RunOptions options =
        new RunOptions(null, null, null, new ExecutionOptions(2, null, null), null);
    RunRequest request =
        new RunRequest(
            "q", Priority.NORMAL, OnBusy.ENQUEUE, options, Duration.ofMinutes(1), "0af7");

    Future<Answer.RunAccepted> accepted =
        instance.ask(
            new ThreadCommand.StartRun(
                THREAD,
                Caller.ANONYMOUS,
                request,
                JsonNodeFactory.instance.objectNode(),
                Map.of(),
                null));
    time.runFor(Duration.ofMinutes(2), 100_000);

    assertThat(accepted.succeeded()).isTrue();
    assertThat(
            store.real.read(THREAD, FactQuery.after(0, 1_000)).result().stream().map(Fact::event))
        .filteredOn(ThreadEvent.RunQueued.class::isInstance)
        .map(event -> ((ThreadEvent.RunQueued) event).request().options().execution())
        .containsExactly(
            new ExecutionOptions(
                2, SimServices.EXECUTION.itemsMax(), SimServices.EXECUTION.toolResultCharsMax()));
  }
}
