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
    return new ActiveRun(
        id,
        request,
        queuedAt,
        queuedSeq,
        nextAttempt,
        nextAttempt == attempt ? fruitless : fruitless + 1,
        startedAt == null ? at : startedAt,
        phase,
        stepId,
        turns,
        withoutModelCalls(),
        usage,
        llmCalls,
        toolCalls,
        agentBefore == null ? before : agentBefore,
        failedSteps,
        false);
  }

  ActiveRun gaveWay() {
    return new ActiveRun(
        id,
        request,
        queuedAt,
        queuedSeq,
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
        true);
  }

  ActiveRun at(Phase nextPhase, @Nullable String nextStep) {
    return new ActiveRun(
        id,
        request,
        queuedAt,
        queuedSeq,
        attempt,
        fruitless,
        startedAt,
        nextPhase,
        nextStep,
        turns,
        openCalls,
        usage,
        llmCalls,
        toolCalls,
        agentBefore,
        failedSteps,
        yielded);
  }

  ActiveRun opened(OpenCall call) {
    List<OpenCall> open = new ArrayList<>(openCalls);
    open.removeIf(other -> other.callId().equals(call.callId()));
    open.add(call);
    return with(fruitless, turns, List.copyOf(open), usage, llmCalls, toolCalls, failedSteps);
  }

  ActiveRun modelEnded(Turn.ModelTurn turn, Usage used) {
    return with(
        0,
        added(turn),
        without(turn.callId()),
        usage.plus(used),
        llmCalls + 1,
        toolCalls,
        failedSteps);
  }

  ActiveRun toolEnded(Turn.ToolTurn turn) {
    boolean failed = failedSteps || !turn.result().succeeded();
    return with(
        0, added(turn), without(turn.result().callId()), usage, llmCalls, toolCalls + 1, failed);
  }

  ActiveRun stepFailed() {
    return with(fruitless, turns, openCalls, usage, llmCalls, toolCalls, true);
  }

  private ActiveRun with(
      int nextFruitless,
      List<Turn> nextTurns,
      List<OpenCall> nextOpen,
      Usage nextUsage,
      int nextLlmCalls,
      int nextToolCalls,
      boolean nextFailed) {
    return new ActiveRun(
        id,
        request,
        queuedAt,
        queuedSeq,
        attempt,
        nextFruitless,
        startedAt,
        phase,
        stepId,
        nextTurns,
        nextOpen,
        nextUsage,
        nextLlmCalls,
        nextToolCalls,
        agentBefore,
        nextFailed,
        yielded);
  }

  private List<Turn> added(Turn turn) {
    List<Turn> next = new ArrayList<>(turns.size() + 1);
    next.addAll(turns);
    next.add(turn);
    return List.copyOf(next);
  }

  private List<OpenCall> without(String callId) {
    return openCalls.stream().filter(call -> !call.callId().equals(callId)).toList();
  }

  private List<OpenCall> withoutModelCalls() {
    return openCalls.stream().filter(OpenCall.OpenToolCall.class::isInstance).toList();
  }
}
