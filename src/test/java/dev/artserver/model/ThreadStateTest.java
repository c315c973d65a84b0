package dev.artserver.model;

import static dev.artserver.model.StateChangesTest.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.app.settings.TestConfigs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadStateTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
  private static final ThreadId ID = new ThreadId("t");
  private static final RunId RUN = new RunId("r");
  private static final RunId OTHER = new RunId("other");
  private static final RunSummary SUMMARY =
      new RunSummary(Duration.ZERO, Duration.ZERO, 0, 0, Usage.NONE, false);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void the_fold_counts_facts_and_changes_and_nothing_else(long seed) {
    Random random = new Random(seed);
    for (int world = 0; world < 10; world++) {
      Author author = new Author(random);
      List<Fact> log = new ArrayList<>();
      ThreadState state = ThreadState.empty(ID);
      for (int i = 0; i < 120; i++) {
        ThreadEvent event = author.next(state);
        Fact fact = state.next(event, AT.plusMillis(i));
        ObjectNode dataBefore = state.document().data().deepCopy();

        ThreadState after = state.after(fact);

        String context = "seed " + seed + ", world " + world + ", " + fact;
        long changes = changesDocument(event) ? 1 : 0;
        assertThat(fact.seq()).as(context).isEqualTo(state.seq() + 1);
        assertThat(after.seq()).as(context).isEqualTo(fact.seq());
        assertThat(after.document().version())
            .as(context)
            .isEqualTo(state.document().version() + changes)
            .isEqualTo(fact.stateVersion());
        assertThat(state.document().data()).as(context).isEqualTo(dataBefore);
        assertThat(after.updatedAt()).as(context).isEqualTo(fact.at());
        assertThat(after.createdAt()).as(context).isEqualTo(AT);
        assertThat(after.runs().stream().skip(1)).as(context).allMatch(run -> run.attempt() == 0);
        log.add(fact);
        state = after;
      }
      ThreadState again = ThreadState.empty(ID);
      for (Fact fact : log) {
        again = again.after(fact);
      }
      assertThat(again).as("seed %s, world %s", seed, world).isEqualTo(state);
    }
  }

  @Test
  void a_fact_that_is_not_the_next_is_our_bug() {
    ThreadState state = created(10);

    assertThatThrownBy(() -> state.after(new Fact(1, 0, AT, state("a"))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> state.after(new Fact(3, 0, AT, state("a"))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_rolled_back_run_leaves_conversation_and_plan_as_they_were() {
    ThreadState before =
        fold(
            created(3),
            message(null, "m1"),
            message(null, "m2"),
            message(null, "m3"),
            new ThreadEvent.StateChanged(
                "op",
                new StateChange.Replace(
                    object(
                        """
                        {"mine":1,"title":"old","todoList":[{"id":"a"}],
                         "stepOutputs":{"a":{"status":"completed","result":"x"}}}\
                        """))));
    ThreadState running =
        fold(
            before,
            queued(RUN),
            message(RUN, "question"),
            new ThreadEvent.RunStarted(RUN, 1),
            plan("b"),
            item("b", TodoStatus.COMPLETED),
            state("meanwhile"),
            message(RUN, "half an answer"));
    AgentPart then = Objects.requireNonNull(running.runs().getFirst().agentBefore());

    ThreadState after =
        fold(
            running,
            new ThreadEvent.StateChanged(
                "rollback", new StateChange.Batch(then.restoring(running.document().data()))),
            new ThreadEvent.RunInterrupted(RUN, OTHER, true, SUMMARY));

    assertThat(after.history()).isEqualTo(before.history());
    assertThat(AgentPart.of(after.document().data()))
        .isEqualTo(AgentPart.of(before.document().data()));
    assertThat(after.document().data().path("app").asText()).isEqualTo("meanwhile");
    assertThat(after.document().data().path("mine").asInt()).isEqualTo(1);
    assertThat(after.runs()).isEmpty();
  }

  @Test
  void the_history_keeps_its_limit_besides_messages_of_open_runs() {
    ThreadState state = fold(created(2), message(null, "m1"), message(null, "m2"));

    ThreadState running = fold(state, queued(RUN), message(RUN, "q"), message(null, "m3"));
    ThreadState done =
        fold(running, new ThreadEvent.RunCompleted(RUN, SUMMARY), message(null, "m4"));

    assertThat(contents(running)).containsExactly("m2", "q", "m3");
    assertThat(contents(done)).containsExactly("m3", "m4");
  }

  @Test
  void a_second_attempt_forgets_model_calls_under_way_and_keeps_tools() {
    ToolCall call = new ToolCall("c2", "calculator", "{}");
    ThreadState state =
        fold(
            created(2),
            queued(RUN),
            new ThreadEvent.RunStarted(RUN, 1),
            new ThreadEvent.ModelCallStarted(RUN, "c1", Phase.PLANNING, null, "p", "m"),
            new ThreadEvent.ToolStarted(RUN, call, "a"));

    ThreadState again = fold(state, new ThreadEvent.RunStarted(RUN, 2));

    assertThat(again.runs().getFirst().openCalls())
        .containsExactly(new OpenCall.OpenToolCall(call, Phase.EXECUTION, "a"));
    assertThat(again.runs().getFirst().attempt()).isEqualTo(2);
  }

  @Test
  void time_without_a_process_counts_for_no_run_of_the_thread() {
    ThreadState queued = foldAt(created(2), 0, queued(RUN), queued(OTHER));
    ThreadState running = foldAt(queued, 5, new ThreadEvent.RunStarted(RUN, 1));

    ThreadState again =
        foldAt(running, 3_605, new ThreadEvent.RunStarted(RUN, 2, Duration.ofSeconds(3_595)));

    assertThat(running.runs()).extracting(ActiveRun::deadline).containsOnly(at(60));
    assertThat(again.runs()).extracting(ActiveRun::deadline).containsOnly(at(3_655));
  }

  @Test
  void a_run_that_began_after_a_restart_counts_only_time_with_a_process() {
    ThreadState queued = foldAt(created(2), 0, queued(RUN));

    ThreadState begun =
        foldAt(queued, 100, new ThreadEvent.RunStarted(RUN, 1, Duration.ofSeconds(90)));

    assertThat(begun.runs().getFirst().deadline()).isEqualTo(at(150));
  }

  @Test
  void a_run_queued_after_the_restart_counts_in_full() {
    ThreadState running = foldAt(created(2), 0, queued(RUN), new ThreadEvent.RunStarted(RUN, 1));
    ThreadState joined = foldAt(running, 100, queued(OTHER));

    ThreadState again =
        foldAt(joined, 101, new ThreadEvent.RunStarted(RUN, 2, Duration.ofSeconds(99)));

    assertThat(again.runs()).extracting(ActiveRun::deadline).containsExactly(at(159), at(160));
  }

  @Test
  void in_a_log_older_than_downtime_a_new_attempt_leaves_out_the_time_since_the_last_fact() {
    ThreadState running = foldAt(created(2), 0, queued(RUN), new ThreadEvent.RunStarted(RUN, 1));
    ThreadState yielded = foldAt(running, 10, new ThreadEvent.RunYielded(RUN));

    ThreadState again = foldAt(yielded, 1_000, new ThreadEvent.RunStarted(RUN, 2));
    ThreadState wentOn = foldAt(yielded, 20, new ThreadEvent.RunStarted(RUN, 1));

    assertThat(again.runs().getFirst().deadline()).isEqualTo(at(1_050));
    assertThat(wentOn.runs().getFirst().deadline()).isEqualTo(at(60));
  }

  @Test
  void a_suspended_run_has_no_deadline_and_its_thread_needs_no_owner_and_is_due() {
    ThreadState running =
        foldAt(created(2), 0, queued(RUN), new ThreadEvent.RunStarted(RUN, 1), queued(OTHER));
    ThreadState suspended = suspended(running, at(30));
    ThreadState alone = suspended(foldAt(created(2), 0, queued(RUN)), at(30));

    assertThat(suspended.runs().getFirst().deadline()).isNull();
    assertThat(suspended.runs().getFirst().status()).isEqualTo(RunStatus.SUSPENDED);
    assertThat(suspended.status()).isEqualTo(ThreadStatus.SUSPENDED);
    assertThat(suspended.head().needsOwner()).isFalse();
    assertThat(suspended.head().dueAt()).isEqualTo(at(60));
    assertThat(alone.head().dueAt()).isEqualTo(at(90));
    assertThat(running.head().needsOwner()).isTrue();
    assertThat(running.head().dueAt()).isNull();
  }

  @Test
  void a_step_sees_its_own_calls_since_it_last_began() {
    ThreadState state =
        fold(
            created(2),
            queued(RUN),
            new ThreadEvent.RunStarted(RUN, 1),
            step("a"),
            step("b"),
            said("a", "1"),
            said("b", "2"),
            said("a", "3"));

    ThreadState goesOn = fold(state, step("a"), said("a", "4"));
    ThreadState again = fold(state, said("b", "4"), step("a"), said("a", "5"));

    assertThat(texts(goesOn, "a")).containsExactly("1", "3", "4");
    assertThat(texts(state, "a")).containsExactly("1", "3");
    assertThat(texts(state, "b")).containsExactly("2");
    assertThat(texts(again, "a")).containsExactly("5");
    assertThat(texts(again, "b")).containsExactly("2", "4");
    assertThat(texts(again, "c")).isEmpty();
  }

  private static ThreadEvent step(String id) {
    return new ThreadEvent.RunPhase(RUN, Phase.EXECUTION, id);
  }

  private static ThreadEvent said(String step, String text) {
    return new ThreadEvent.ModelCallEnded(
        RUN, "c" + text, Phase.EXECUTION, step, text, List.of(), Usage.NONE, "stop", 1, 1);
  }

  private static List<String> texts(ThreadState state, String step) {
    return state.runs().getFirst().endedCallsOf(Phase.EXECUTION, step).stream()
        .map(call -> call instanceof EndedCall.EndedModelCall said ? said.text() : "?")
        .toList();
  }

  private static ThreadState suspended(ThreadState state, Instant since) {
    List<ActiveRun> runs = new ArrayList<>(state.runs());
    ActiveRun run = runs.getFirst();
    runs.set(
        0,
        new ActiveRun(
            run.id(),
            run.request(),
            run.queuedAt(),
            run.queuedSeq(),
            new RunStage.Suspended("may I?", since, since.plusSeconds(60)),
            run.attempt(),
            run.fruitless(),
            run.startedAt(),
            new WorkTime(Duration.between(run.queuedAt(), since), null),
            run.steps(),
            run.endedCalls(),
            run.openCalls(),
            run.usage(),
            run.llmCalls(),
            run.toolCalls(),
            run.agentBefore(),
            run.failedSteps()));
    return new ThreadState(
        state.id(),
        state.seq(),
        state.profile(),
        state.title(),
        state.document(),
        state.history(),
        runs,
        state.createdAt(),
        state.updatedAt());
  }

  private static Instant at(long seconds) {
    return AT.plusSeconds(seconds);
  }

  private static ThreadState foldAt(ThreadState state, long seconds, ThreadEvent... events) {
    ThreadState folded = state;
    for (ThreadEvent event : events) {
      folded = folded.after(folded.next(event, at(seconds)));
    }
    return folded;
  }

  @Test
  void attempts_are_fruitless_until_a_call_ends() {
    ThreadState twice =
        fold(
            created(2),
            queued(RUN),
            new ThreadEvent.RunStarted(RUN, 1),
            new ThreadEvent.RunStarted(RUN, 2),
            new ThreadEvent.ModelCallStarted(RUN, "c1", Phase.PLANNING, null, "p", "m"));

    ThreadState gotOn =
        fold(
            twice,
            new ThreadEvent.ModelCallEnded(
                RUN, "c1", Phase.PLANNING, null, "t", List.of(), new Usage(1, 1, 0), "stop", 1, 1));
    ThreadState again = fold(gotOn, new ThreadEvent.RunStarted(RUN, 3));

    assertThat(List.of(twice, gotOn, again))
        .extracting(state -> state.runs().getFirst().fruitless())
        .containsExactly(2, 0, 1);
  }

  @Test
  void an_item_changes_in_list_outputs_and_current_step() {
    ThreadState started =
        fold(
            created(2),
            queued(RUN),
            new ThreadEvent.RunStarted(RUN, 1),
            plan("a"),
            item("a", TodoStatus.IN_PROGRESS));
    assertThat(started.document().data().path("currentStepId").asText()).isEqualTo("a");

    ThreadState failed = fold(started, item("a", TodoStatus.FAILED));

    ObjectNode data = failed.document().data();
    assertThat(data.has("currentStepId")).isFalse();
    assertThat(data.at("/stepOutputs/a/status").asText()).isEqualTo("failed");
    assertThat(AgentPart.todoList(data).getFirst().status()).isEqualTo(TodoStatus.FAILED);
    assertThat(failed.runs().getFirst().failedSteps()).isTrue();
    assertThat(failed.title()).isEqualTo("title");
  }

  /// Writes a random but legal history.
  private static final class Author {
    private final Random random;
    private int names;

    Author(Random random) {
      this.random = random;
    }

    ThreadEvent next(ThreadState state) {
      if (!state.exists()) {
        return profile(random.nextInt(5));
      }
      ActiveRun run = state.currentRun();
      if (run == null || random.nextInt(6) == 0) {
        return switch (random.nextInt(4)) {
          case 0 -> message(null, "m" + names++);
          case 1 -> state("s" + names++);
          case 2 -> profile(random.nextInt(5));
          default -> queued(new RunId("r" + names++));
        };
      }
      return run.attempt() == 0 ? new ThreadEvent.RunStarted(run.id(), 1) : work(run);
    }

    private ThreadEvent work(ActiveRun run) {
      RunId id = run.id();
      String name = "n" + random.nextInt(3);
      ToolCall call = new ToolCall("c" + random.nextInt(3), "tool", "{}");
      return switch (random.nextInt(14)) {
        case 0 -> new ThreadEvent.RunPhase(id, Phase.EXECUTION, name);
        case 1 -> new ThreadEvent.PlanUpdated(id, planOf(name));
        case 2 -> new ThreadEvent.ItemUpdated(id, itemOf(name, TodoStatus.IN_PROGRESS));
        case 3 -> new ThreadEvent.ItemUpdated(id, itemOf(name, TodoStatus.FAILED));
        case 4 ->
            new ThreadEvent.ModelCallStarted(id, call.callId(), Phase.EXECUTION, null, "p", "m");
        case 5 -> new ThreadEvent.Thoughts(id, call.callId(), Phase.EXECUTION, null, "hm");
        case 6 ->
            new ThreadEvent.ModelCallEnded(
                id, call.callId(), Phase.EXECUTION, null, "x", List.of(), Usage.NONE, "stop", 1, 1);
        case 7 -> new ThreadEvent.ToolStarted(id, call, null);
        case 8 ->
            new ThreadEvent.ToolEnded(id, ToolResult.success(call, TextNode.valueOf("x"), 1), null);
        case 9 -> message(id, "m" + names++);
        case 10 ->
            random.nextBoolean()
                ? new ThreadEvent.RunStarted(id, run.attempt() + random.nextInt(2))
                : new ThreadEvent.RunYielded(id);
        case 11 -> new ThreadEvent.RunCompleted(id, SUMMARY);
        case 12 -> new ThreadEvent.RunInterrupted(id, OTHER, random.nextBoolean(), SUMMARY);
        default ->
            random.nextBoolean()
                ? new ThreadEvent.RunCancelled(id, SUMMARY)
                : new ThreadEvent.RunFailed(id, new RunFailure("X", "x", null, null), SUMMARY);
      };
    }
  }

  private static boolean changesDocument(ThreadEvent event) {
    return event instanceof ThreadEvent.ChangesDocument;
  }

  private static ThreadState created(int historyLimit) {
    return fold(ThreadState.empty(ID), profile(historyLimit));
  }

  private static ThreadState fold(ThreadState state, ThreadEvent... events) {
    ThreadState folded = state;
    for (ThreadEvent event : events) {
      folded = folded.after(folded.next(event, AT));
    }
    return folded;
  }

  private static List<String> contents(ThreadState state) {
    return state.history().stream().map(Message::content).toList();
  }

  private static ThreadEvent profile(int historyLimit) {
    ThreadConfig config =
        new ThreadConfig(
            new ProviderChoice("demo", "demo-1", JsonNodeFactory.instance.objectNode()),
            "pes",
            List.of(),
            historyLimit,
            null,
            Persona.NONE,
            TestConfigs.EXECUTION,
            OnBusy.ENQUEUE);
    return new ThreadEvent.ConfigChanged(new Profile(config, Map.of()));
  }

  private static ThreadEvent message(@Nullable RunId run, String content) {
    return new ThreadEvent.MessageAdded(
        new Message("id-" + content, Role.USER, content, AT, run, null));
  }

  private static ThreadEvent state(String text) {
    return new ThreadEvent.StateChanged(
        "op", new StateChange.MergePatch(object("{}").put("app", text)));
  }

  private static ThreadEvent queued(RunId run) {
    return new ThreadEvent.RunQueued(
        run,
        new RunRequest(
            "q", Priority.NORMAL, null, RunOptions.NONE, Duration.ofMinutes(1), "0".repeat(32)));
  }

  private static ThreadEvent plan(String itemId) {
    return new ThreadEvent.PlanUpdated(RUN, planOf(itemId));
  }

  private static ThreadEvent item(String itemId, TodoStatus status) {
    return new ThreadEvent.ItemUpdated(RUN, itemOf(itemId, status));
  }

  private static Plan planOf(String itemId) {
    return new Plan("intent", "title", "plan", List.of(itemOf(itemId, TodoStatus.PENDING)));
  }

  private static TodoItem itemOf(String id, TodoStatus status) {
    return new TodoItem(id, "do", status, List.of(), List.of(), null, null);
  }
}
