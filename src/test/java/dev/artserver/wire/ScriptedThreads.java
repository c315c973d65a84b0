package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Execution;
import dev.artserver.model.ExecutionOptions;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.Priority;
import dev.artserver.model.Profile;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunSummary;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ServedBy;
import dev.artserver.model.StateChange;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Whole threads by name, as an owner would log them. Together they hold every event, and every way
/// a run begins, goes on and ends.
final class ScriptedThreads {
  private static final Usage USAGE = new Usage(10, 20, 3, 4);

  private final List<Fact> log = new ArrayList<>();
  private ThreadState state;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private ScriptedThreads(String name) {
    state = ThreadState.empty(new ThreadId(name));
  }

  static SequencedMap<String, List<Fact>> all() {
    SequencedMap<String, List<Fact>> threads = new TreeMap<>();
    threads.put("planned", planned());
    threads.put("restarted", restarted());
    threads.put("rolled-back", rolledBack());
    threads.put("at-work", atWork());
    threads.put("edited", edited());
    return threads;
  }

  /// A run that plans, uses a tool, fails one step and answers.
  private static List<Fact> planned() {
    ScriptedThreads thread = new ScriptedThreads("planned");
    RunId run = new RunId("r_planned");
    TodoItem first = item("s1", TodoStatus.PENDING, null);
    TodoItem second = item("s2", TodoStatus.PENDING, null);
    thread.add(new ThreadEvent.ConfigChanged(new Profile(config("pes", 50), Map.of("user", "u1"))));
    thread.queued(run, OnBusy.ENQUEUE, Priority.NORMAL, false);
    thread.add(
        new ThreadEvent.RunStarted(run, 1),
        message("m_1", Role.USER, "What is 2+2?", run),
        new ThreadEvent.RunPhase(run, Phase.PLANNING, null));
    thread.call(run, "c_1", Phase.PLANNING, null, "{\"intent\":\"add\"}", List.of());
    thread.add(
        new ThreadEvent.PlanUpdated(
            run, new Plan("add", "Sum", "Add them.", List.of(first, second))),
        new ThreadEvent.RunPhase(run, Phase.EXECUTION, "s1"),
        new ThreadEvent.ItemUpdated(run, item("s1", TodoStatus.IN_PROGRESS, null)));
    ToolCall tool = new ToolCall("k_1", "calculator", "{\"expression\":\"2+2\"}", object("s", "x"));
    thread.call(run, "c_2", Phase.EXECUTION, "s1", "", List.of(tool));
    thread.add(
        new ThreadEvent.ToolStarted(run, tool, "s1"),
        new ThreadEvent.ToolEnded(run, ToolResult.success(tool, IntNode.valueOf(4), 5), "s1"));
    thread.call(run, "c_3", Phase.EXECUTION, "s1", "It is 4.", List.of());
    thread.add(
        new ThreadEvent.ItemUpdated(run, item("s1", TodoStatus.COMPLETED, "It is 4.")),
        new ThreadEvent.ItemUpdated(run, item("s2", TodoStatus.FAILED, "no way")),
        new ThreadEvent.RunPhase(run, Phase.SYNTHESIS, null));
    thread.call(run, "c_4", Phase.SYNTHESIS, null, "4", List.of());
    thread.add(
        message("m_2", Role.AI, "4", run), new ThreadEvent.RunCompleted(run, summary(4, 1, true)));
    return thread.log;
  }

  /// A run whose process died twice, which then gave its slot away and failed; another timed out
  /// before it began.
  private static List<Fact> restarted() {
    ScriptedThreads thread = new ScriptedThreads("restarted");
    RunId run = new RunId("r_restarted");
    RunId late = new RunId("r_late");
    ToolCall tool = new ToolCall("k_1", "search", "{}");
    thread.add(new ThreadEvent.ConfigChanged(new Profile(config("react", 50), Map.of())));
    thread.queued(run, OnBusy.ENQUEUE, Priority.LOW, true);
    thread.add(
        new ThreadEvent.RunStarted(run, 1),
        message("m_1", Role.USER, "Find it.", run),
        started(run, "c_1", Phase.EXECUTION, null),
        new ThreadEvent.RunStarted(run, 2));
    thread.call(run, "c_2", Phase.EXECUTION, null, "", List.of(tool));
    thread.add(
        new ThreadEvent.ToolStarted(run, tool, null),
        new ThreadEvent.RunStarted(run, 3),
        new ThreadEvent.ToolEnded(
            run, ToolResult.error(tool, "TOOL_OUTCOME_UNKNOWN", "unknown", 0), null),
        new ThreadEvent.RunYielded(run),
        new ThreadEvent.RunStarted(run, 3));
    thread.queued(late, OnBusy.ENQUEUE, Priority.URGENT, false);
    thread.call(run, "c_3", Phase.EXECUTION, null, "", List.of());
    thread.add(
        new ThreadEvent.RunFailed(
            run,
            new RunFailure("EMPTY_ANSWER", "no words", Phase.EXECUTION, null),
            summary(2, 1, true)),
        new ThreadEvent.RunFailed(
            late, new RunFailure("RUN_TIMEOUT", "too late", null, null), summary(0, 0, false)));
    return thread.log;
  }

  /// A run that a newer one rolled back, one that a newer one interrupted, one that was cancelled.
  private static List<Fact> rolledBack() {
    ScriptedThreads thread = new ScriptedThreads("rolled-back");
    RunId first = new RunId("r_1");
    RunId second = new RunId("r_2");
    RunId third = new RunId("r_3");
    thread.add(new ThreadEvent.ConfigChanged(new Profile(config("pes", 2), Map.of())));
    thread.add(message("m_0", Role.USER, "Earlier.", null));
    thread.queued(first, OnBusy.ENQUEUE, Priority.NORMAL, false);
    thread.add(
        new ThreadEvent.RunStarted(first, 1),
        message("m_1", Role.USER, "Plan it.", first),
        new ThreadEvent.PlanUpdated(
            first, new Plan("i", "A title", "p", List.of(item("s1", TodoStatus.PENDING, null)))));
    thread.queued(second, OnBusy.ROLLBACK, Priority.NORMAL, false);
    thread.add(
        new ThreadEvent.StateChanged(
            "undo",
            new StateChange.Batch(
                List.of(
                    new StateChange.Operation.Remove("/intent"),
                    new StateChange.Operation.Remove("/title"),
                    new StateChange.Operation.Remove("/plan"),
                    new StateChange.Operation.Remove("/todoList")))),
        new ThreadEvent.RunInterrupted(first, second, true, summary(0, 0, false)),
        new ThreadEvent.RunStarted(second, 1),
        message("m_2", Role.USER, "No, this.", second));
    thread.queued(third, OnBusy.INTERRUPT, Priority.NORMAL, false);
    thread.add(
        new ThreadEvent.RunInterrupted(second, third, false, summary(0, 0, false)),
        new ThreadEvent.RunStarted(third, 1),
        message("m_3", Role.USER, "Or that.", third),
        new ThreadEvent.RunCancelled(third, summary(0, 0, false)));
    return thread.log;
  }

  /// A thread in the middle of things: a run inside a call and one behind it.
  private static List<Fact> atWork() {
    ScriptedThreads thread = new ScriptedThreads("at-work");
    RunId run = new RunId("r_now");
    ToolCall one = new ToolCall("k_1", "calculator", "{\"expression\":\"1+1\"}");
    ToolCall two = new ToolCall("k_2", "calculator", "{\"expression\":\"2+2\"}", object("s", "y"));
    thread.add(new ThreadEvent.ConfigChanged(new Profile(config("react", 3), Map.of("a", "b"))));
    for (int i = 1; i <= 5; i++) {
      thread.add(message("m_" + i, i % 2 == 0 ? Role.AI : Role.USER, "Message " + i, null));
    }
    thread.queued(run, OnBusy.ENQUEUE, Priority.HIGH, true);
    thread.add(
        new ThreadEvent.RunStarted(run, 1),
        new ThreadEvent.MessageAdded(
            new Message(
                "m_6",
                Role.USER,
                "See\n\nand",
                List.of(
                    new ContentPart.Text("See"),
                    new ContentPart.InlineImage("image/png", "iVBORw0KGgo="),
                    new ContentPart.Text("and"),
                    new ContentPart.LinkedImage("https://a/b", null),
                    new ContentPart.LinkedImage("https://a/c", "image/gif")),
                thread.now,
                run,
                object("n", "1"))),
        new ThreadEvent.RunPhase(run, Phase.EXECUTION, null));
    thread.call(run, "c_1", Phase.EXECUTION, null, "Let me see.", List.of(one, two));
    thread.add(
        new ThreadEvent.ToolStarted(run, one, null),
        new ThreadEvent.ToolEnded(run, ToolResult.success(one, IntNode.valueOf(2), 1), null),
        new ThreadEvent.ToolStarted(run, two, null));
    thread.queued(new RunId("r_next"), OnBusy.ENQUEUE, Priority.NORMAL, false);
    thread.add(started(run, "c_2", Phase.EXECUTION, "s9"));
    return thread.log;
  }

  /// A thread whose configuration and document clients change, every kind of change once.
  private static List<Fact> edited() {
    ScriptedThreads thread = new ScriptedThreads("edited");
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode list = object("id", "s1").put("description", "add").put("status", "pending");
    ThreadConfig bare =
        new ThreadConfig(
            new ProviderChoice("demo", "demo-1", nodes.objectNode()),
            "pes",
            List.of(),
            50,
            null,
            Persona.NONE,
            TestConfigs.EXECUTION,
            OnBusy.ENQUEUE);
    thread.add(
        new ThreadEvent.ConfigChanged(new Profile(bare, Map.of())),
        changed(new StateChange.Replace(object("a", "1"))),
        changed(new StateChange.MergePatch(object("b", "2").putNull("a"))),
        changed(
            new StateChange.JsonPatch(
                nodes.arrayNode().add(object("op", "add").put("path", "/c").put("value", 3)))),
        changed(
            new StateChange.Batch(
                List.of(
                    new StateChange.Operation.Put("/d", nodes.nullNode()),
                    new StateChange.Operation.Merge("/e", object("f", "4")),
                    new StateChange.Operation.Remove("/b"),
                    new StateChange.Operation.Put("/todoList", nodes.arrayNode().add(list)),
                    new StateChange.Operation.UpdateTodoItem("s1", object("status", "completed")),
                    new StateChange.Operation.UpdateStepOutput("s1", TextNode.valueOf("done")),
                    new StateChange.Operation.SetCurrentStep("s1")))),
        new ThreadEvent.ConfigChanged(new Profile(config("react", 1), Map.of("k", "v"))));
    return thread.log;
  }

  private void add(ThreadEvent... events) {
    for (ThreadEvent event : events) {
      Fact fact = state.next(event, now);
      state = state.after(fact);
      log.add(fact);
      now = now.plusMillis(250);
    }
  }

  private void queued(RunId run, OnBusy onBusy, Priority priority, boolean withOptions) {
    RunOptions options =
        withOptions
            ? new RunOptions(
                new ProviderChoice("openai", "m", object("o", "1"), new SealedKey("sealed:v1:b")),
                new SystemPrompt("Be kind.", SystemPrompt.Strategy.APPEND),
                new Persona(null, null, "Work.", null),
                new ExecutionOptions(3, 20, 1_000),
                object("topP", "1"))
            : RunOptions.NONE;
    add(
        new ThreadEvent.RunQueued(
            run,
            new RunRequest(
                "What is 2+2?",
                List.of(),
                priority,
                onBusy,
                options,
                Duration.ofMinutes(2),
                "0af7651916cd43dd8448eb211c80319c",
                withOptions)));
  }

  private void call(
      RunId run,
      String callId,
      Phase phase,
      @Nullable String step,
      String text,
      List<ToolCall> tools) {
    boolean elsewhere = callId.equals("c_3");
    add(
        started(run, callId, phase, step),
        new ThreadEvent.Thoughts(run, callId, phase, step, "hm"),
        new ThreadEvent.ModelCallEnded(
            run,
            callId,
            phase,
            step,
            text,
            tools,
            USAGE,
            tools.isEmpty() ? "stop" : "tool_calls",
            900,
            40,
            elsewhere ? new ServedBy("backup", "small-1") : null));
  }

  private static ThreadEvent started(RunId run, String callId, Phase phase, @Nullable String step) {
    return new ThreadEvent.ModelCallStarted(run, callId, phase, step, "demo", "demo-1");
  }

  private static ThreadEvent changed(StateChange change) {
    return new ThreadEvent.StateChanged("op", change);
  }

  private static ThreadEvent message(String id, Role role, String text, @Nullable RunId run) {
    return new ThreadEvent.MessageAdded(
        new Message(id, role, text, Instant.parse("2026-01-01T00:00:00Z"), run, null));
  }

  private static TodoItem item(String id, TodoStatus status, @Nullable String result) {
    return new TodoItem(
        id, "Do " + id, status, List.of(), List.of("calculator"), "a number", result);
  }

  private static RunSummary summary(int llmCalls, int toolCalls, boolean partial) {
    return new RunSummary(
        Duration.ofMillis(1_500), Duration.ofMillis(20), llmCalls, toolCalls, USAGE, partial);
  }

  private static ThreadConfig config(String agent, int historyLimit) {
    return new ThreadConfig(
        new ProviderChoice(
            "openai", "model-1", object("temperature", "0.5"), new SealedKey("sealed:v1:a")),
        agent,
        List.of("calculator", "search"),
        historyLimit,
        new SystemPrompt("Be brief.", SystemPrompt.Strategy.PREPEND),
        new Persona("Ada", "Plan well.", "Work well.", "Answer well."),
        new Execution(5, 50, 60_000),
        OnBusy.ENQUEUE,
        List.of("backup/small-1", "demo"));
  }

  private static ObjectNode object(String name, String value) {
    return JsonNodeFactory.instance.objectNode().put(name, value);
  }
}
