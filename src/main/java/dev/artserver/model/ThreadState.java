package dev.artserver.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All a thread's owner knows: the fold of its log. `after` is the only way it changes.
///
/// @param seq of the last fact; 0: the thread does not exist
/// @param profile null until the first fact
/// @param history the last messages of the conversation: `historyLimit` of them, as far as there
///   are, besides those of open runs
/// @param runs runs that have not ended, in the order they will proceed; only the first may have
///   begun
public record ThreadState(
    ThreadId id,
    long seq,
    @Nullable Profile profile,
    @Nullable String title,
    StateDocument document,
    List<Message> history,
    List<ActiveRun> runs,
    Instant createdAt,
    Instant updatedAt) {

  /// Must grow when `after` gives another state for the same facts. Snapshots of another fold are
  /// ignored, since the state they hold is not the one the log gives now. `FoldVersionTest` tells.
  public static final int FOLD_VERSION = 2;

  /// A thread nothing ever happened to.
  public static ThreadState empty(ThreadId id) {
    return new ThreadState(
        id, 0, null, null, StateDocument.EMPTY, List.of(), List.of(), Instant.EPOCH, Instant.EPOCH);
  }

  public boolean exists() {
    return seq > 0;
  }

  /// The profile of a thread that exists.
  public Profile knownProfile() {
    if (profile == null) {
      throw new IllegalStateException("thread " + id + " has no profile at seq " + seq);
    }
    return profile;
  }

  /// The first run that has not ended, or null.
  public @Nullable ActiveRun currentRun() {
    return runs.isEmpty() ? null : runs.getFirst();
  }

  public @Nullable ActiveRun run(RunId run) {
    for (ActiveRun candidate : runs) {
      if (candidate.id().equals(run)) {
        return candidate;
      }
    }
    return null;
  }

  public ThreadStatus status() {
    ActiveRun current = currentRun();
    if (current == null) {
      return ThreadStatus.IDLE;
    }
    return switch (current.stage()) {
      case RunStage.Queued _, RunStage.Yielded _ -> ThreadStatus.QUEUED;
      case RunStage.Running _ -> ThreadStatus.RUNNING;
      case RunStage.Suspended _ -> ThreadStatus.SUSPENDED;
    };
  }

  /// Whether there is work that only an owner can do.
  public boolean needsOwner() {
    return status().needsOwner();
  }

  /// When something is due although the thread needs no owner: a suspension ends, or the time limit
  /// of a run that is queued behind it passes. Null: nothing is.
  private @Nullable Instant dueAt() {
    ActiveRun current = currentRun();
    Instant due = current == null ? null : current.stage().dueAt();
    if (due == null) {
      return null;
    }
    for (ActiveRun run : runs) {
      Instant deadline = run.deadline();
      due = deadline != null && deadline.isBefore(due) ? deadline : due;
    }
    return due;
  }

  /// What lists show of this thread, which must exist.
  public ThreadHead head() {
    ActiveRun current = currentRun();
    return new ThreadHead(
        id,
        status(),
        title,
        knownProfile(),
        document.version(),
        seq,
        current == null ? null : current.id(),
        createdAt,
        updatedAt,
        dueAt());
  }

  /// The fact `event` would be, were it next and the server's own.
  public Fact next(ThreadEvent event, Instant at) {
    return next(event, at, null);
  }

  /// The fact `event` would be, were it next.
  ///
  /// @param caller as of `Fact`
  public Fact next(ThreadEvent event, Instant at, @Nullable RecordedCaller caller) {
    int changes = event instanceof ThreadEvent.ChangesDocument ? 1 : 0;
    return new Fact(seq + 1, document.version() + changes, at, event, caller);
  }

  /// The state after `fact`, which must be the next one. Fails with `TooNew` when only a newer
  /// release knows what the fact does.
  public ThreadState after(Fact fact) {
    if (fact.seq() != seq + 1) {
      throw new IllegalStateException(
          "thread " + id + " is at seq " + seq + ", cannot take " + fact.seq());
    }
    Instant at = fact.at();
    Draft next = new Draft(this, fact);
    switch (fact.event()) {
      case ThreadEvent.ConfigChanged(Profile changed) -> next.profile = changed;
      case ThreadEvent.StateChanged(String operationId, StateChange change) ->
          next.document = document.to(StateChanges.apply(document.data(), change), operationId, at);
      case ThreadEvent.RunQueued(RunId run, RunRequest request) ->
          next.runs = joined(ActiveRun.queued(run, request, fact.seq(), at));
      case ThreadEvent.RunStarted started -> next.runs = started(started, at);
      case ThreadEvent.RunYielded(RunId run) -> next.runs = replaced(known(run).gaveWay());
      case ThreadEvent.RunSuspended e -> next.runs = replaced(known(e.run()).asked(e, at));
      case ThreadEvent.RunResumed e -> next.runs = replaced(known(e.run()).answered(e, at));
      case ThreadEvent.RunPhase(RunId run, Phase phase, String stepId) ->
          next.runs = replaced(known(run).began(phase, stepId));
      case ThreadEvent.PlanUpdated(RunId run, Plan plan) -> {
        next.title = plan.title().isEmpty() ? title : plan.title();
        next.document = document.to(AgentPart.withPlan(document.data(), plan), run.value(), at);
      }
      case ThreadEvent.ItemUpdated(RunId run, TodoItem item) -> {
        next.document = document.to(AgentPart.withItem(document.data(), item), run.value(), at);
        if (item.status() == TodoStatus.FAILED) {
          next.runs = replaced(known(run).stepFailed());
        }
      }
      case ThreadEvent.ModelCallStarted e ->
          next.runs =
              replaced(
                  known(e.run())
                      .opened(new OpenCall.OpenModelCall(e.callId(), e.phase(), e.stepId()))
                      .atRest(at));
      case ThreadEvent.ModelCallEnded e ->
          next.runs =
              replaced(
                  known(e.run())
                      .modelEnded(
                          new EndedCall.EndedModelCall(
                              e.callId(),
                              e.phase(),
                              e.stepId(),
                              e.text(),
                              e.toolCalls(),
                              e.stopReason()),
                          e.usage())
                      .atRest(at));
      case ThreadEvent.Thoughts ignored -> {}
      case ThreadEvent.Unknown newer -> throw new FailureException(newer.tooNew(id, fact.seq()));
      case ThreadEvent.ToolStarted(RunId run, ToolCall call, String stepId) ->
          next.runs = replaced(known(run).toolOpened(call, stepId).atRest(at));
      case ThreadEvent.ToolEnded(RunId run, ToolResult result, String stepId) ->
          next.runs = replaced(known(run).toolEnded(result, stepId).atRest(at));
      case ThreadEvent.MessageAdded(Message message) -> next.history = remembered(message);
      case ThreadEvent.RunInterrupted e -> {
        next.runs = without(e.run());
        if (e.rolledBack()) {
          next.history =
              history.stream().filter(message -> !e.run().equals(message.runId())).toList();
          AgentPart before = known(e.run()).agentBefore();
          next.title = before == null ? title : before.title();
        }
      }
      case ThreadEvent.RunEnd end -> next.runs = without(end.run());
    }
    return next.build();
  }

  /// No process had the thread for a while: that counts for no run of it. A log that is older than
  /// this member says so by a new attempt only, and the time since its last fact is left out.
  private List<ActiveRun> started(ThreadEvent.RunStarted event, Instant at) {
    ActiveRun begun = known(event.run());
    boolean again = begun.attempt() > 0 && event.attempt() > begun.attempt();
    Duration inferred = again ? Duration.between(updatedAt, at) : Duration.ZERO;
    Duration downtime = event.downtime() == null ? inferred : event.downtime();
    List<ActiveRun> next = new ArrayList<>(runs.size());
    for (ActiveRun run : runs) {
      ActiveRun counted = run.without(downtime, at);
      next.add(
          run.id().equals(begun.id())
              ? counted.started(event.attempt(), at, AgentPart.of(document.data())).atRest(at)
              : counted);
    }
    return List.copyOf(next);
  }

  /// A run that takes another's place goes before those that wait.
  private List<ActiveRun> joined(ActiveRun run) {
    OnBusy onBusy = run.request().onBusy();
    if (onBusy != OnBusy.INTERRUPT && onBusy != OnBusy.ROLLBACK) {
      return plus(runs, run);
    }
    List<ActiveRun> next = new ArrayList<>(runs);
    boolean started = !runs.isEmpty() && runs.getFirst().attempt() > 0;
    next.add(started ? 1 : 0, run);
    return List.copyOf(next);
  }

  private ActiveRun known(RunId run) {
    ActiveRun active = run(run);
    if (active == null) {
      throw new IllegalStateException("thread " + id + " has no open run " + run);
    }
    return active;
  }

  private List<ActiveRun> replaced(ActiveRun changed) {
    List<ActiveRun> next = new ArrayList<>(runs.size());
    for (ActiveRun run : runs) {
      next.add(run.id().equals(changed.id()) ? changed : run);
    }
    return List.copyOf(next);
  }

  private List<ActiveRun> without(RunId ended) {
    List<ActiveRun> next = new ArrayList<>(runs);
    next.removeIf(run -> run.id().equals(ended));
    return List.copyOf(next);
  }

  private static <T> List<T> plus(List<T> list, T item) {
    List<T> next = new ArrayList<>(list.size() + 1);
    next.addAll(list);
    next.add(item);
    return List.copyOf(next);
  }

  /// The limit counts messages that will stay. Those of open runs come on top and are never
  /// dropped, so that a rollback leaves the conversation as it was.
  private List<Message> remembered(Message message) {
    List<Message> next = plus(history, message);
    int limit = knownProfile().config().historyLimit();
    if (next.size() <= limit) {
      return next;
    }
    long surplus = -limit;
    for (Message one : next) {
      surplus += settled(one) ? 1 : 0;
    }
    if (surplus <= 0) {
      return next;
    }
    List<Message> kept = new ArrayList<>(next.size());
    for (Message one : next) {
      if (surplus > 0 && settled(one)) {
        surplus--;
      } else {
        kept.add(one);
      }
    }
    return List.copyOf(kept);
  }

  private boolean settled(Message message) {
    return message.runId() == null || run(message.runId()) == null;
  }

  /// Collects what one fact changes; the rest stays as it was.
  private static final class Draft {
    private final ThreadState before;
    private final Fact fact;
    private @Nullable Profile profile;
    private @Nullable String title;
    private StateDocument document;
    private List<Message> history;
    private List<ActiveRun> runs;

    Draft(ThreadState before, Fact fact) {
      this.before = before;
      this.fact = fact;
      profile = before.profile;
      title = before.title;
      document = before.document;
      history = before.history;
      runs = before.runs;
    }

    ThreadState build() {
      Instant created = before.exists() ? before.createdAt : fact.at();
      return new ThreadState(
          before.id, fact.seq(), profile, title, document, history, runs, created, fact.at());
    }
  }
}
