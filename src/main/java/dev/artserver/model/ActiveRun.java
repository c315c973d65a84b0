package dev.artserver.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run that has not ended: what is known of it from the log.
///
/// @param attempt 0 until it first begins
/// @param fruitless attempts begun since a call of it last ended; one that gets on is not given up
///   however often the server stops
/// @param startedAt when its first attempt began; null while queued
/// @param agentBefore the agent's part of the state when it was first started, to roll back to;
///   null while queued
/// @param failedSteps whether a step of it failed and it went on
/// @param yielded whether it gave its slot away and has not gone on
public record ActiveRun(
    RunId id,
    RunRequest request,
    Instant queuedAt,
    long queuedSeq,
    int attempt,
    int fruitless,
    @Nullable Instant startedAt,
    @Nullable Phase phase,
    @Nullable String stepId,
    List<Turn> turns,
    List<OpenCall> openCalls,
    Usage usage,
    int llmCalls,
    int toolCalls,
    @Nullable AgentPart agentBefore,
    boolean failedSteps,
    boolean yielded) {
  static ActiveRun queued(RunId id, RunRequest request, long seq, Instant at) {
    return new ActiveRun(
        id,
        request,
        at,
        seq,
        0,
        0,
        null,
        null,
        null,
        List.of(),
        List.of(),
        Usage.NONE,
        0,
        0,
        null,
        false,
        false);
  }

  public RunStatus status() {
    return attempt == 0 || yielded ? RunStatus.QUEUED : RunStatus.RUNNING;
  }

  /// When it must have ended.
  public Instant deadline() {
    return queuedAt.plus(request.timeout());
  }

  public @Nullable OpenCall openCall(String callId) {
    for (OpenCall call : openCalls) {
      if (call.callId().equals(callId)) {
        return call;
      }
    }
    return null;
  }

  /// What it cost so far, were it to end at `now`.
  public RunSummary summary(Instant now) {
    Instant begun = startedAt == null ? now : startedAt;
    return new RunSummary(
        Duration.between(queuedAt, now),
        Duration.between(queuedAt, begun),
        llmCalls,
        toolCalls,
        usage,
        failedSteps);
  }

  ActiveRun started(int nextAttempt, Instant at, AgentPart before) {
    Next next = new Next(this);
    next.attempt = nextAttempt;
    next.fruitless = nextAttempt == attempt ? fruitless : fruitless + 1;
    next.startedAt = startedAt == null ? at : startedAt;
    next.openCalls = withoutModelCalls();
    next.agentBefore = agentBefore == null ? before : agentBefore;
    next.yielded = false;
    return next.run();
  }

  ActiveRun gaveWay() {
    Next next = new Next(this);
    next.yielded = true;
    return next.run();
  }

  ActiveRun at(Phase nextPhase, @Nullable String nextStep) {
    Next next = new Next(this);
    next.phase = nextPhase;
    next.stepId = nextStep;
    return next.run();
  }

  ActiveRun opened(OpenCall call) {
    List<OpenCall> open = new ArrayList<>(without(call.callId()));
    open.add(call);
    Next next = new Next(this);
    next.openCalls = List.copyOf(open);
    return next.run();
  }

  ActiveRun modelEnded(Turn.ModelTurn turn, Usage used) {
    Next next = ended(turn, turn.callId());
    next.usage = usage.plus(used);
    next.llmCalls++;
    return next.run();
  }

  ActiveRun toolEnded(Turn.ToolTurn turn) {
    Next next = ended(turn, turn.result().callId());
    next.toolCalls++;
    next.failedSteps |= !turn.result().succeeded();
    return next.run();
  }

  ActiveRun stepFailed() {
    Next next = new Next(this);
    next.failedSteps = true;
    return next.run();
  }

  private Next ended(Turn turn, String callId) {
    Next next = new Next(this);
    next.fruitless = 0;
    next.turns = added(turn);
    next.openCalls = without(callId);
    return next;
  }

  private List<Turn> added(Turn turn) {
    List<Turn> next = new ArrayList<>(turns.size() + 1);
    next.addAll(turns);
    next.add(turn);
    return List.copyOf(next);
  }

  private List<OpenCall> without(String callId) {
    List<OpenCall> next = new ArrayList<>(openCalls);
    next.removeIf(call -> call.callId().equals(callId));
    return List.copyOf(next);
  }

  private List<OpenCall> withoutModelCalls() {
    List<OpenCall> next = new ArrayList<>(openCalls);
    next.removeIf(OpenCall.OpenModelCall.class::isInstance);
    return List.copyOf(next);
  }

  /// What this run becomes: the same, but for what is set.
  private static final class Next {
    private final ActiveRun from;
    private int attempt;
    private int fruitless;
    private @Nullable Instant startedAt;
    private @Nullable Phase phase;
    private @Nullable String stepId;
    private List<Turn> turns;
    private List<OpenCall> openCalls;
    private Usage usage;
    private int llmCalls;
    private int toolCalls;
    private @Nullable AgentPart agentBefore;
    private boolean failedSteps;
    private boolean yielded;

    Next(ActiveRun from) {
      this.from = from;
      this.attempt = from.attempt;
      this.fruitless = from.fruitless;
      this.startedAt = from.startedAt;
      this.phase = from.phase;
      this.stepId = from.stepId;
      this.turns = from.turns;
      this.openCalls = from.openCalls;
      this.usage = from.usage;
      this.llmCalls = from.llmCalls;
      this.toolCalls = from.toolCalls;
      this.agentBefore = from.agentBefore;
      this.failedSteps = from.failedSteps;
      this.yielded = from.yielded;
    }

    ActiveRun run() {
      return new ActiveRun(
          from.id,
          from.request,
          from.queuedAt,
          from.queuedSeq,
          attempt,
          fruitless,
          startedAt,
          phase,
          stepId,
          turns,
          openCalls,
          usage,
          llmCalls,
          toolCalls,
          agentBefore,
          failedSteps,
          yielded);
    }
  }
}
