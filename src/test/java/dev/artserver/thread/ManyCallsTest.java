package dev.artserver.thread;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import dev.artserver.wire.StateJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A run with several open calls: two steps that each call the model, a tool, and the model again.
class ManyCallsTest {
  private static final ThreadId THREAD = new ThreadId("d");
  private static final RunId RUN = new RunId("r1");
  private static final Duration DOWNTIME = Duration.ofMinutes(1);

  private final SimTime time = new SimTime();
  private final Random random = new Random(1);
  private final ThreadServices services =
      new SimServices(time, random).with(new SimStore(time, random), TestConfigs.THREADS);
  private final RunRules rules = new RunRules(services, new ThreadWeight());
  private int paths;

  @Test
  void ends_in_every_order_lead_to_the_same_answer() {
    explore(begun(), false);

    assertThat(paths).isEqualTo(20);
  }

  @Test
  void a_crash_anywhere_between_resumes_every_call() {
    explore(begun(), true);

    assertThat(paths).isGreaterThan(100);
  }

  @Test
  void the_agent_is_asked_again_while_another_call_is_open() {
    ThreadState state = begun();
    List<OpenCall> first = run(state).openCalls();
    assertThat(first).extracting(OpenCall::stepId).containsExactly("s1", "s2");

    ThreadState after = ended(state, first.getLast());

    assertThat(run(after).openCalls()).extracting(OpenCall::stepId).containsExactly("s1", "s2");
    assertThat(run(after).openCalls().getLast()).isInstanceOf(OpenCall.OpenToolCall.class);
  }

  @Test
  void a_run_that_is_to_yield_opens_no_call_and_yields_after_its_last_end() {
    ThreadState state = begun();
    OpenCall first = run(state).openCalls().getFirst();
    OpenCall second = run(state).openCalls().getLast();

    ThreadState one = turn(state, draft -> end(draft, first, true));
    ThreadState both = turn(one, draft -> end(draft, second, true));

    assertThat(run(one).openCalls()).containsExactly(second);
    assertThat(run(one).status()).isEqualTo(dev.artserver.model.RunStatus.RUNNING);
    assertThat(run(both).stage()).isEqualTo(new dev.artserver.model.RunStage.Yielded());
    ThreadState again = turn(both, draft -> rules.goOn(draft, RUN));
    assertThat(run(again).openCalls()).extracting(OpenCall::stepId).containsExactly("s1", "s2");
  }

  @Test
  void a_failed_call_names_its_own_step() {
    ThreadState state = begun();
    OpenCall first = run(state).openCalls().getFirst();
    Draft draft = new Draft(state, time.instant(), null);

    rules.failed(draft, RUN, first.callId(), new Failure.Internal("x"));

    assertThat(draft.facts().getLast().event())
        .isInstanceOfSatisfying(
            ThreadEvent.RunFailed.class, e -> assertThat(e.failure().step()).isEqualTo("s1"));
  }

  private ThreadState begun() {
    ThreadState state = ThreadState.empty(THREAD);
    return turn(
        state,
        draft -> {
          draft.add(
              new ThreadEvent.ConfigChanged(
                  new Profile(
                      services
                          .profiles()
                          .merge(
                              THREAD,
                              services.profiles().defaults(),
                              JsonNodeFactory.instance.objectNode()),
                      Map.of())));
          draft.add(
              new ThreadEvent.RunQueued(
                  RUN,
                  new RunRequest(
                      "q", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0")));
          rules.begin(draft, RUN, null);
        });
  }

  /// Ends the open calls in every order; with `crash`, also with one crash at every place.
  private void explore(ThreadState state, boolean crash) {
    ActiveRun run = state.run(RUN);
    if (run == null) {
      paths++;
      assertThat(state.history().getLast().role()).isEqualTo(Role.AI);
      assertThat(state.history().getLast().content()).isEqualTo("s1: done s1\ns2: done s2\n");
      return;
    }
    assertSteps(run);
    for (OpenCall open : run.openCalls()) {
      explore(ended(state, open), crash);
    }
    if (crash) {
      Set<String> before = steps(run);
      ThreadState again = turn(state, draft -> rules.begin(draft, RUN, DOWNTIME));
      assertThat(steps(run(again))).isEqualTo(before);
      explore(again, false);
    }
  }

  private static Set<String> steps(ActiveRun run) {
    Set<String> steps = new HashSet<>();
    run.openCalls().forEach(open -> steps.add(Objects.requireNonNull(open.stepId())));
    return steps;
  }

  /// Whatever ended between, each step sees its own calls only.
  private static void assertSteps(ActiveRun run) {
    for (String step : List.of("s1", "s2")) {
      List<EndedCall> ended = run.endedCallsOf(Phase.EXECUTION, step);
      assertThat(ended).allMatch(call -> step.equals(call.stepId()));
      for (int i = 0; i < ended.size(); i++) {
        assertThat(ended.get(i) instanceof EndedCall.EndedModelCall).isEqualTo(i % 2 == 0);
      }
    }
  }

  private ThreadState ended(ThreadState state, OpenCall open) {
    return turn(state, draft -> end(draft, open, false));
  }

  private void end(Draft draft, OpenCall open, boolean giveWay) {
    switch (open) {
      case OpenCall.OpenModelCall model -> {
        boolean first = run(draft.state()).endedCallsOf(model.phase(), model.stepId()).isEmpty();
        List<ToolCall> calls =
            first ? List.of(new ToolCall("call", "repeatable", "{}")) : List.of();
        ModelReply reply =
            new ModelReply(
                first ? "" : "done " + model.stepId(), "", calls, new Usage(1, 1, 0), "stop");
        rules.modelEnded(draft, RUN, model.callId(), reply, 1, 1, giveWay);
      }
      case OpenCall.OpenQuestion _ -> {}
      case OpenCall.OpenToolCall tool ->
          rules.toolEnded(
              draft,
              RUN,
              ToolResult.success(tool.call(), JsonNodeFactory.instance.textNode("x"), 1),
              giveWay);
    }
  }

  /// One turn: its facts lead to the same state when they are folded again, and a snapshot of it is
  /// read back the same.
  private ThreadState turn(ThreadState state, Consumer<Draft> decide) {
    Draft draft = new Draft(state, time.instant(), null);
    decide.accept(draft);
    ThreadState folded = state;
    for (Fact fact : new ArrayList<>(draft.facts())) {
      folded = folded.after(fact);
    }
    assertThat(folded).isEqualTo(draft.state());
    assertThat(StateJson.snapshot(StateJson.snapshot(folded))).contains(folded);
    return folded;
  }

  private static ActiveRun run(ThreadState state) {
    return Objects.requireNonNull(state.run(RUN));
  }
}
