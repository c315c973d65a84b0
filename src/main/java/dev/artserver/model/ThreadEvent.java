package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What happened to one thread. A thread's state is the fold of its events; see
/// `ThreadState.after`.
///
/// Switches over events have no default, and lists of events come from `kinds`. So the compiler
/// shows every place that a new event concerns.
public sealed interface ThreadEvent {
  /// The run it belongs to, or null when it belongs to none.
  default @Nullable RunId run() {
    return null;
  }

  /// Whether it is of one of these kinds; any event is when there are none.
  default boolean isOneOf(Set<Class<? extends ThreadEvent>> kinds) {
    return kinds.isEmpty() || kinds.contains(getClass());
  }

  /// The record types of a sealed group of events, in the order they are declared.
  static Set<Class<? extends ThreadEvent>> kinds(Class<? extends ThreadEvent> group) {
    Set<Class<? extends ThreadEvent>> kinds = new LinkedHashSet<>();
    addKinds(group, kinds);
    return Collections.unmodifiableSet(kinds);
  }

  private static void addKinds(
      Class<? extends ThreadEvent> group, Set<Class<? extends ThreadEvent>> kinds) {
    if (!group.isSealed()) {
      kinds.add(group);
      return;
    }
    for (Class<?> permitted : group.getPermittedSubclasses()) {
      addKinds(permitted.asSubclass(ThreadEvent.class), kinds);
    }
  }

  /// The last event of a run. No other event of that run follows.
  sealed interface RunEnd extends ThreadEvent {
    @Override
    RunId run();

    RunSummary summary();

    /// The status the run ends with.
    RunStatus status();
  }

  /// The state document changed; its version grew by 1.
  sealed interface ChangesDocument extends ThreadEvent {}

  /// An event that only a newer release understands, as it is stored. It can be shown and passed
  /// on, but not folded: a thread whose log holds one cannot be owned here.
  ///
  /// @param type the name clients know it by
  /// @param schema version of its data
  /// @param run null also when the data does not say it as this release does
  /// @param data as it is stored
  /// @param like the kinds of this release that have the same name; empty: the name is new
  record Unknown(
      String type,
      int schema,
      @Nullable RunId run,
      ObjectNode data,
      Set<Class<? extends ThreadEvent>> like)
      implements ThreadEvent {
    public Unknown {
      like = Set.copyOf(like);
    }

    /// Why what must understand the event cannot be done.
    public Failure.TooNew tooNew(ThreadId thread, long seq) {
      return Failure.TooNew.fact(thread, seq, type, schema);
    }

    /// A newer form of a kind is wanted where that kind is wanted.
    @Override
    public boolean isOneOf(Set<Class<? extends ThreadEvent>> kinds) {
      return ThreadEvent.super.isOneOf(kinds) || !Collections.disjoint(kinds, like);
    }
  }

  /// The thread was created (first fact) or its configuration or metadata changed.
  record ConfigChanged(Profile profile) implements ThreadEvent {}

  /// The state document changed because a client or the application asked for it.
  record StateChanged(String operationId, StateChange change) implements ChangesDocument {}

  /// A run was accepted.
  record RunQueued(RunId run, RunRequest request) implements ThreadEvent {}

  /// An attempt at a run began; counts from 1. The second and later ones follow a crash. The same
  /// number again follows `RunYielded`: the run has a slot again and goes on.
  ///
  /// @param downtime how long no process had the thread before its present owner; it does not count
  ///   towards time limits. Null: no owner took the thread over since the last `RunStarted`
  record RunStarted(RunId run, int attempt, @Nullable Duration downtime) implements ThreadEvent {
    public RunStarted(RunId run, int attempt) {
      this(run, attempt, null);
    }
  }

  /// The run gave its slot to an urgent one between two steps and is queued again.
  record RunYielded(RunId run) implements ThreadEvent {}

  /// Tool calls of the run wait for people. The run is suspended once no other call of it is open.
  /// Questions of a run that has open ones already join their suspension.
  record RunSuspended(RunId run, String suspensionId, List<Question> questions)
      implements ThreadEvent {
    public RunSuspended {
      questions = List.copyOf(questions);
    }
  }

  /// Questions of a suspension were answered, the first time each. What an answer completes is in
  /// the `ToolEnded` that follow. The run goes on once no question is open.
  ///
  /// @param timedOut whether nobody answered in time, so that the questions' defaults decided
  /// @param open questions of the suspension that still wait
  record RunResumed(
      RunId run, String suspensionId, List<Verdict> verdicts, boolean timedOut, int open)
      implements ThreadEvent {
    public RunResumed {
      verdicts = List.copyOf(verdicts);
    }
  }

  /// The run begins a step, or begins it again.
  record RunPhase(RunId run, Phase phase, @Nullable String stepId) implements ThreadEvent {}

  /// The agent made or replaced its plan.
  record PlanUpdated(RunId run, Plan plan) implements ChangesDocument {}

  /// One item of the plan changed.
  record ItemUpdated(RunId run, TodoItem item) implements ChangesDocument {}

  /// A model call is about to be made.
  record ModelCallStarted(
      RunId run, String callId, Phase phase, @Nullable String stepId, String provider, String model)
      implements ThreadEvent {}

  /// A model call succeeded. Its thoughts are in the `Thoughts` before it.
  ///
  /// @param servedBy null: the provider and model of its `ModelCallStarted`
  record ModelCallEnded(
      RunId run,
      String callId,
      Phase phase,
      @Nullable String stepId,
      String text,
      List<ToolCall> toolCalls,
      Usage usage,
      String stopReason,
      long durationMs,
      long firstTokenMs,
      @Nullable ServedBy servedBy)
      implements ThreadEvent {
    public ModelCallEnded {
      toolCalls = List.copyOf(toolCalls);
    }

    /// Ended where it started.
    public ModelCallEnded(
        RunId run,
        String callId,
        Phase phase,
        @Nullable String stepId,
        String text,
        List<ToolCall> toolCalls,
        Usage usage,
        String stopReason,
        long durationMs,
        long firstTokenMs) {
      this(
          run,
          callId,
          phase,
          stepId,
          text,
          toolCalls,
          usage,
          stopReason,
          durationMs,
          firstTokenMs,
          null);
    }
  }

  /// What the model thought in one call.
  record Thoughts(RunId run, String callId, Phase phase, @Nullable String stepId, String text)
      implements ThreadEvent {}

  /// A tool is about to run. What only the provider needs is in the `ModelCallEnded` before it.
  record ToolStarted(RunId run, ToolCall call, @Nullable String stepId) implements ThreadEvent {
    public ToolStarted {
      call = call.withoutProviderData();
    }
  }

  /// A tool ended, with a result or an error.
  record ToolEnded(RunId run, ToolResult result, @Nullable String stepId) implements ThreadEvent {}

  /// A message joined the conversation.
  record MessageAdded(Message message) implements ThreadEvent {
    @Override
    public @Nullable RunId run() {
      return message.runId();
    }
  }

  /// The run succeeded.
  record RunCompleted(RunId run, RunSummary summary) implements RunEnd {
    @Override
    public RunStatus status() {
      return RunStatus.COMPLETED;
    }
  }

  /// The run failed.
  record RunFailed(RunId run, RunFailure failure, RunSummary summary) implements RunEnd {
    @Override
    public RunStatus status() {
      return RunStatus.FAILED;
    }
  }

  /// A client ended the run.
  record RunCancelled(RunId run, RunSummary summary) implements RunEnd {
    @Override
    public RunStatus status() {
      return RunStatus.CANCELLED;
    }
  }

  /// A newer run took its place; with `rolledBack` its messages and its changes of the plan are
  /// undone.
  record RunInterrupted(RunId run, RunId by, boolean rolledBack, RunSummary summary)
      implements RunEnd {
    @Override
    public RunStatus status() {
      return RunStatus.INTERRUPTED;
    }
  }
}
