package dev.artserver.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.AgentPart;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Execution;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunStep;
import dev.artserver.model.RunSummary;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A thread whose runs an agent core decides, driven as by the thread's owner: decide, log, carry
/// out, log. Models and tools are scripts. Every decision is checked: for the same view the core
/// decides the same, and a crash right after the log was written changes nothing.
final class ScriptedRun {
  /// What the scripted model says to one call.
  record Reply(String text, List<ToolCall> calls, String stopReason) {
    static Reply text(String text) {
      return new Reply(text, List.of(), "stop");
    }
  }

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int DECISIONS_MAX = 10_000;

  final List<Decision.Ask> asks = new ArrayList<>();
  final List<ToolCall> toolCalls = new ArrayList<>();
  final List<Fact> facts = new ArrayList<>();

  /// What happens while the model or a tool is at work: people edit, the server crashes.
  Runnable meanwhile = () -> {};

  /// What a tool gives back.
  Function<ToolCall, ToolResult> tools =
      call -> ToolResult.success(call, TextNode.valueOf(call.toolName() + " done"), 1);

  /// What the model says when `replies` has run out.
  Function<Decision.Ask, Reply> model =
      ask -> {
        throw new AssertionError("no reply left for " + ask.phase() + " " + ask.stepId());
      };

  private final AgentCore core;
  private final Deque<Reply> replies = new ArrayDeque<>();
  private ThreadConfig config;
  private List<ToolSpec> specs = List.of();
  private ThreadState state = ThreadState.empty(new ThreadId("t1"));
  private RunId run = new RunId("none");
  private int ids;

  ScriptedRun(AgentCore core) {
    this.core = core;
    this.config =
        new ThreadConfig(
            new ProviderChoice("demo", "demo-1", JsonNodeFactory.instance.objectNode()),
            core.name(),
            List.of(),
            20,
            null,
            Persona.NONE,
            TestConfigs.EXECUTION,
            OnBusy.ENQUEUE);
  }

  ScriptedRun limits(int iterationsMax, int itemsMax, int toolResultCharsMax) {
    return config(c ->
        new ThreadConfig(
            c.provider(),
            c.agent(),
            c.enabledTools(),
            c.historyLimit(),
            c.systemPrompt(),
            c.persona(),
            new Execution(iterationsMax, itemsMax, toolResultCharsMax),
            c.onBusy()));
  }

  ScriptedRun config(Function<ThreadConfig, ThreadConfig> change) {
    config = change.apply(config);
    return this;
  }

  ScriptedRun tools(String... names) {
    specs =
        List.of(names).stream()
            .map(name ->
                new ToolSpec(name, "does " + name, JsonNodeFactory.instance.objectNode(), false))
            .toList();
    return this;
  }

  ScriptedRun says(String... texts) {
    for (String text : texts) {
      replies.add(Reply.text(text));
    }
    return this;
  }

  ScriptedRun cutOff(String text) {
    replies.add(new Reply(text, List.of(), "length"));
    return this;
  }

  /// The model calls these tools in one answer.
  ScriptedRun calls(String... toolNames) {
    replies.add(calling(toolNames));
    return this;
  }

  Reply calling(String... toolNames) {
    List<ToolCall> calls = new ArrayList<>();
    for (String name : toolNames) {
      calls.add(new ToolCall("call" + ++ids, name, "{}"));
    }
    return new Reply("", calls, "tool_calls");
  }

  /// Begins a run with this query.
  ScriptedRun query(String text) {
    return query(text, List.of());
  }

  /// Begins a run with this query.
  ///
  /// @param parts all of it when it is more than text
  ScriptedRun query(String text, List<ContentPart> parts) {
    create();
    run = new RunId("r" + ++ids);
    log(
        new ThreadEvent.RunQueued(
            run,
            new RunRequest(
                text,
                parts,
                Priority.NORMAL,
                null,
                RunOptions.NONE,
                Duration.ofMinutes(2),
                "0",
                false)));
    log(new ThreadEvent.RunStarted(run, 1));
    return message(Role.USER, text, parts, run);
  }

  ScriptedRun message(Role role, String content, @Nullable RunId of) {
    create();
    return message(role, content, List.of(), of);
  }

  private ScriptedRun message(
      Role role, String content, List<ContentPart> parts, @Nullable RunId of) {
    log(
        new ThreadEvent.MessageAdded(
            new Message("m" + ++ids, role, content, parts, NOW, of, null)));
    return this;
  }

  private void create() {
    if (!state.exists()) {
      log(new ThreadEvent.ConfigChanged(new Profile(config, Map.of())));
    }
  }

  /// A person changes the state document.
  void edit(StateChange change) {
    log(new ThreadEvent.StateChanged("person", change));
  }

  void edit(StateChange.Operation... operations) {
    edit(new StateChange.Batch(List.of(operations)));
  }

  /// Everything that is not in the log is lost; the run begins again.
  void crash() {
    List<Fact> log = List.copyOf(facts);
    ThreadState again = ThreadState.empty(state.id());
    for (Fact fact : log) {
      again = again.after(fact);
    }
    assertThat(again).isEqualTo(state);
    log(new ThreadEvent.RunStarted(run, active().attempt() + 1));
  }

  /// Proceeds until the run ends; gives the last decision.
  Decision end() {
    for (int i = 0; i < DECISIONS_MAX; i++) {
      Decision decision = decide();
      switch (decision) {
        case Decision.Ask ask -> answer(ask);
        case Decision.Act act -> act.calls().forEach(call -> act(call, act.stepId()));
        case Decision.Again _ -> {}
        case Decision.Wait _ -> throw new AssertionError("it waits and no call is open");
        case Decision.Finish finish -> {
          log(
              new ThreadEvent.MessageAdded(
                  new Message(
                      "m" + ++ids, Role.AI, finish.content(), NOW, run, finish.metadata())));
          log(new ThreadEvent.RunCompleted(run, active().summary(NOW)));
          return decision;
        }
        case Decision.Fail ignored -> {
          return decision;
        }
      }
    }
    throw new AssertionError("still going after " + DECISIONS_MAX + " decisions");
  }

  /// Decides once and logs the first events of the decision, but carries nothing out.
  Decision decide() {
    Decision decision = core.next(view());
    assertThat(core.next(view())).as("shown the same").isEqualTo(decision);
    decision.first().forEach(this::log);
    if (!(decision instanceof Decision.Again)) {
      assertThat(core.next(view())).as("after a crash").isEqualTo(withoutFirst(decision));
    }
    return decision;
  }

  ActiveRun active() {
    ActiveRun active = state.run(run);
    assertThat(active).isNotNull();
    return Objects.requireNonNull(active);
  }

  /// Whether this is the step begun last.
  boolean isAt(Phase phase, @Nullable String stepId) {
    RunStep last = active().lastStep();
    return last != null && last.is(phase, stepId);
  }

  RunId id() {
    return run;
  }

  /// Whether the run that ended last was completed with failed steps.
  boolean isPartial() {
    return facts.getLast().event() instanceof ThreadEvent.RunCompleted(RunId _, RunSummary summary)
        && summary.partial();
  }

  ThreadState state() {
    return state;
  }

  TodoItem item(String id) {
    return AgentPart.todoList(state.document().data()).stream()
        .filter(item -> item.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no item " + id));
  }

  TodoStatus status(String id) {
    return item(id).status();
  }

  private AgentView view() {
    return new AgentView(config, active(), state.history(), state.document(), specs);
  }

  private void answer(Decision.Ask ask) {
    asks.add(ask);
    String callId = "model" + ++ids;
    log(new ThreadEvent.ModelCallStarted(run, callId, ask.phase(), ask.stepId(), "demo", "demo-1"));
    assertThat(core.next(view())).as("while a call is open").isEqualTo(new Decision.Wait());
    meanwhile.run();
    if (active().openCall(callId) == null) {
      return;
    }
    Reply reply = replies.isEmpty() ? model.apply(ask) : replies.removeFirst();
    log(
        new ThreadEvent.ModelCallEnded(
            run,
            callId,
            ask.phase(),
            ask.stepId(),
            reply.text(),
            reply.calls(),
            Usage.NONE,
            reply.stopReason(),
            1,
            1));
  }

  private void act(ToolCall call, @Nullable String stepId) {
    toolCalls.add(call);
    ToolResult result = tools.apply(call);
    log(new ThreadEvent.ToolStarted(run, call, stepId));
    assertThat(core.next(view())).as("while a call is open").isEqualTo(new Decision.Wait());
    log(new ThreadEvent.ToolEnded(run, result, stepId));
  }

  private void log(ThreadEvent event) {
    Fact fact = state.next(event, NOW);
    state = state.after(fact);
    facts.add(fact);
  }

  private static Decision withoutFirst(Decision decision) {
    return switch (decision) {
      case Decision.Ask ask ->
          new Decision.Ask(List.of(), ask.phase(), ask.stepId(), ask.messages(), ask.tools());
      case Decision.Act act -> new Decision.Act(List.of(), act.stepId(), act.calls());
      case Decision.Again _ -> new Decision.Again(List.of());
      case Decision.Wait _ -> decision;
      case Decision.Finish finish ->
          new Decision.Finish(List.of(), finish.content(), finish.metadata());
      case Decision.Fail fail -> new Decision.Fail(List.of(), fail.failure());
    };
  }
}
