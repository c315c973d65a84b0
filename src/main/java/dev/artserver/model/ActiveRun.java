package dev.artserver.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A run that has not ended: what is known of it from the log.
///
/// @param attempt how often it was begun; 0 until it first begins
/// @param fruitless attempts begun since a call of it last ended; a run that makes progress never
///   fails for its number of attempts
/// @param startedAt when its first attempt began; null while queued
/// @param workTime what counts towards the time limit of its request
/// @param steps the steps begun, each once, in the order they last began
/// @param endedCalls in the order they ended
/// @param openCalls in the order they were opened
/// @param agentBefore the agent's part of the state when it was first started, to roll back to;
///   null while queued
/// @param failedSteps whether a step of it failed and it went on
/// @param answers what people said to its questions, in the order they said it
public record ActiveRun(
    RunId id,
    RunRequest request,
    Instant queuedAt,
    long queuedSeq,
    RunStage stage,
    int attempt,
    int fruitless,
    @Nullable Instant startedAt,
    WorkTime workTime,
    List<RunStep> steps,
    List<EndedCall> endedCalls,
    List<OpenCall> openCalls,
    Usage usage,
    int llmCalls,
    int toolCalls,
    @Nullable AgentPart agentBefore,
    boolean failedSteps,
    List<AnsweredCall> answers) {
  /// A run that asked nobody.
  public ActiveRun(
      RunId id,
      RunRequest request,
      Instant queuedAt,
      long queuedSeq,
      RunStage stage,
      int attempt,
      int fruitless,
      @Nullable Instant startedAt,
      WorkTime workTime,
      List<RunStep> steps,
      List<EndedCall> endedCalls,
      List<OpenCall> openCalls,
      Usage usage,
      int llmCalls,
      int toolCalls,
      @Nullable AgentPart agentBefore,
      boolean failedSteps) {
    this(
        id,
        request,
        queuedAt,
        queuedSeq,
        stage,
        attempt,
        fruitless,
        startedAt,
        workTime,
        steps,
        endedCalls,
        openCalls,
        usage,
        llmCalls,
        toolCalls,
        agentBefore,
        failedSteps,
        List.of());
  }

  static ActiveRun queued(RunId id, RunRequest request, long seq, Instant at) {
    return new ActiveRun(
        id,
        request,
        at,
        seq,
        new RunStage.Queued(),
        0,
        0,
        null,
        WorkTime.from(at),
        List.of(),
        List.of(),
        List.of(),
        Usage.NONE,
        0,
        0,
        null,
        false);
  }

  public RunStatus status() {
    return stage.status();
  }

  /// When it must have ended, as long as its thread has an owner; null while it is suspended.
  public @Nullable Instant deadline() {
    return workTime.reaches(request.timeout());
  }

  public @Nullable OpenCall openCall(String callId) {
    for (OpenCall call : openCalls) {
      if (call.callId().equals(callId)) {
        return call;
      }
    }
    return null;
  }

  /// The step begun last; null: none.
  public @Nullable RunStep lastStep() {
    return steps.isEmpty() ? null : steps.getLast();
  }

  /// A step's calls that ended since it last began, in the order they ended. Calls of other steps
  /// may have ended between them.
  public List<EndedCall> endedCallsOf(Phase phase, @Nullable String stepId) {
    RunStep step = step(phase, stepId);
    if (step == null) {
      return List.of();
    }
    List<EndedCall> ended = new ArrayList<>(endedCalls.size() - step.from());
    for (EndedCall call : endedCalls.subList(step.from(), endedCalls.size())) {
      if (step.is(call.phase(), call.stepId())) {
        ended.add(call);
      }
    }
    return ended;
  }

  private @Nullable RunStep step(Phase phase, @Nullable String stepId) {
    for (RunStep step : steps) {
      if (step.is(phase, stepId)) {
        return step;
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
    next.stage = new RunStage.Running(nextAttempt);
    next.attempt = nextAttempt;
    next.fruitless = nextAttempt == attempt ? fruitless : fruitless + 1;
    next.startedAt = startedAt == null ? at : startedAt;
    next.workTime = workTime.resumed(at);
    next.openCalls = withoutModelCalls();
    next.agentBefore = agentBefore == null ? before : agentBefore;
    return next.run();
  }

  /// Leaves out a time in which no process had the thread and that ended before `at`. A run that
  /// was queued within `downtime` before `at` was queued after that time, so it loses nothing.
  ActiveRun without(Duration downtime, Instant at) {
    if (!downtime.isPositive() || queuedAt.isAfter(at.minus(downtime))) {
      return this;
    }
    Next next = new Next(this);
    next.workTime = workTime.without(downtime);
    return next.run();
  }

  ActiveRun gaveWay() {
    Next next = new Next(this);
    next.stage = new RunStage.Yielded();
    return next.run();
  }

  /// Whether the call that ended last belongs to this step.
  public boolean endedLast(Phase phase, @Nullable String stepId) {
    return !endedCalls.isEmpty()
        && endedCalls.getLast().phase() == phase
        && Objects.equals(endedCalls.getLast().stepId(), stepId);
  }

  ActiveRun began(Phase phase, @Nullable String stepId) {
    RunStep before = step(phase, stepId);
    boolean goesOn = endedLast(phase, stepId);
    List<RunStep> begun = new ArrayList<>(steps.size() + 1);
    for (RunStep step : steps) {
      if (!step.is(phase, stepId)) {
        begun.add(step);
      }
    }
    int from = before != null && goesOn ? before.from() : endedCalls.size();
    begun.add(new RunStep(phase, stepId, from));
    Next next = new Next(this);
    next.steps = List.copyOf(begun);
    return next.run();
  }

  ActiveRun opened(OpenCall call) {
    List<OpenCall> open = new ArrayList<>(without(call.callId()));
    open.add(call);
    Next next = new Next(this);
    next.openCalls = List.copyOf(open);
    return next.run();
  }

  /// Tools run in the phase of their step.
  ActiveRun toolOpened(ToolCall call, @Nullable String stepId) {
    return opened(new OpenCall.OpenToolCall(call, phaseOf(stepId), stepId));
  }

  /// Whether it has open questions. Asked at every end of a call, so it makes nothing.
  private boolean asks() {
    for (int i = 0; i < openCalls.size(); i++) {
      if (openCalls.get(i) instanceof OpenCall.OpenQuestion) {
        return true;
      }
    }
    return false;
  }

  /// Its open questions, in the order they were asked.
  public List<OpenCall.OpenQuestion> questions() {
    List<OpenCall.OpenQuestion> questions = new ArrayList<>();
    for (OpenCall call : openCalls) {
      if (call instanceof OpenCall.OpenQuestion question) {
        questions.add(question);
      }
    }
    return questions;
  }

  /// The answer to the question about a call; null: none.
  public @Nullable AnsweredCall answer(String callId) {
    for (AnsweredCall answer : answers) {
      if (answer.call().callId().equals(callId)) {
        return answer;
      }
    }
    return null;
  }

  ActiveRun asked(ThreadEvent.RunSuspended event, Instant at) {
    List<OpenCall> open = new ArrayList<>(openCalls);
    for (Question question : event.questions()) {
      open.add(
          new OpenCall.OpenQuestion(
              event.suspensionId(), question, at, phaseOf(question.stepId())));
    }
    Next next = new Next(this);
    next.openCalls = List.copyOf(open);
    return next.run().atRest(at);
  }

  ActiveRun answered(ThreadEvent.RunResumed event, Instant at) {
    Next next = new Next(this);
    next.answers = new ArrayList<>(answers);
    next.openCalls = new ArrayList<>(openCalls);
    for (Verdict verdict : event.verdicts()) {
      if (openCall(verdict.callId()) instanceof OpenCall.OpenQuestion asked) {
        next.answers.add(new AnsweredCall(asked.question().call(), verdict));
        next.openCalls.remove(asked);
      }
    }
    next.answers = List.copyOf(next.answers);
    next.openCalls = List.copyOf(next.openCalls);
    if (stage instanceof RunStage.Suspended) {
      next.stage = new RunStage.Yielded();
      next.workTime = workTime.resumed(at);
    }
    ActiveRun run = next.run();
    return run.atRest(at);
  }

  /// Suspended, if it has begun and all its open calls are questions; not suspended, if another
  /// call is open.
  ActiveRun atRest(Instant at) {
    if (!asks() || stage instanceof RunStage.Queued) {
      return this;
    }
    List<OpenCall.OpenQuestion> questions = questions();
    boolean suspended = stage instanceof RunStage.Suspended;
    boolean working = questions.size() < openCalls.size();
    if (suspended != working) {
      return this;
    }
    Next next = new Next(this);
    if (working) {
      next.stage = new RunStage.Running(attempt);
      next.workTime = workTime.resumed(at);
      return next.run();
    }
    Instant until = questions.getFirst().question().until();
    for (OpenCall.OpenQuestion one : questions) {
      until = one.question().until().isBefore(until) ? one.question().until() : until;
    }
    OpenCall.OpenQuestion first = questions.getFirst();
    next.stage = new RunStage.Suspended(first.question().text(), first.since(), until);
    next.workTime = workTime.paused(at);
    return next.run();
  }

  ActiveRun modelEnded(EndedCall.EndedModelCall call, Usage used) {
    Next next = ended(call, call.callId());
    next.usage = usage.plus(used);
    next.llmCalls++;
    return next.run();
  }

  ActiveRun toolEnded(ToolResult result, @Nullable String stepId) {
    OpenCall open = openCall(result.callId());
    Phase phase = open == null ? phaseOf(stepId) : open.phase();
    Next next = ended(new EndedCall.EndedToolCall(result, phase, stepId), result.callId());
    next.toolCalls++;
    next.failedSteps |= !result.succeeded();
    return next.run();
  }

  ActiveRun stepFailed() {
    Next next = new Next(this);
    next.failedSteps = true;
    return next.run();
  }

  private Phase phaseOf(@Nullable String stepId) {
    for (RunStep step : steps.reversed()) {
      if (Objects.equals(step.stepId(), stepId)) {
        return step.phase();
      }
    }
    return Phase.EXECUTION;
  }

  private Next ended(EndedCall call, String callId) {
    List<EndedCall> ended = new ArrayList<>(endedCalls.size() + 1);
    ended.addAll(endedCalls);
    ended.add(call);
    Next next = new Next(this);
    next.fruitless = 0;
    next.endedCalls = List.copyOf(ended);
    next.openCalls = without(callId);
    return next;
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
    private RunStage stage;
    private int attempt;
    private int fruitless;
    private @Nullable Instant startedAt;
    private WorkTime workTime;
    private List<RunStep> steps;
    private List<EndedCall> endedCalls;
    private List<OpenCall> openCalls;
    private Usage usage;
    private int llmCalls;
    private int toolCalls;
    private @Nullable AgentPart agentBefore;
    private boolean failedSteps;
    private List<AnsweredCall> answers;

    Next(ActiveRun from) {
      this.from = from;
      this.stage = from.stage;
      this.attempt = from.attempt;
      this.fruitless = from.fruitless;
      this.startedAt = from.startedAt;
      this.workTime = from.workTime;
      this.steps = from.steps;
      this.endedCalls = from.endedCalls;
      this.openCalls = from.openCalls;
      this.usage = from.usage;
      this.llmCalls = from.llmCalls;
      this.toolCalls = from.toolCalls;
      this.agentBefore = from.agentBefore;
      this.failedSteps = from.failedSteps;
      this.answers = from.answers;
    }

    ActiveRun run() {
      return new ActiveRun(
          from.id,
          from.request,
          from.queuedAt,
          from.queuedSeq,
          stage,
          attempt,
          fruitless,
          startedAt,
          workTime,
          steps,
          endedCalls,
          openCalls,
          usage,
          llmCalls,
          toolCalls,
          agentBefore,
          failedSteps,
          answers);
    }
  }
}
