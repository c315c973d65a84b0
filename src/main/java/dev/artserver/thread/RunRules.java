package dev.artserver.thread;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.agent.AgentCore;
import dev.artserver.agent.AgentView;
import dev.artserver.agent.Decision;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Failure;
import dev.artserver.model.Message;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Phase;
import dev.artserver.model.Question;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStage;
import dev.artserver.model.RunStep;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadConfig;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a run proceeds: each method decides one turn from the draft's state alone. Outcomes for a
/// run or call that is no longer open are ignored.
final class RunRules {
  /// Decisions that an agent core may take in one turn without a call; more means an endless loop.
  private static final int DECISIONS_MAX = 2_000;

  /// Calls of one run that may be open at once.
  private static final int OPEN_CALLS_MAX = 256;

  private static final String ANSWER_FORM = "responseFormat";

  private final ThreadServices services;
  private final Gate gate;
  private final ThreadWeight weight;

  RunRules(ThreadServices services, ThreadWeight weight) {
    this.services = services;
    gate = new Gate(services);
    this.weight = weight;
  }

  /// The run has a slot: it begins, or begins again where its log ends. A run that was handed over
  /// goes on in the same attempt.
  ///
  /// @param downtime as of `RunStarted`
  void begin(Draft draft, RunId id, @Nullable Duration downtime) {
    ActiveRun run = draft.state().run(id);
    if (run == null || !mayProceed(run)) {
      return;
    }
    boolean goesOn = run.stage() instanceof RunStage.Yielded;
    if (!goesOn && run.fruitless() >= services.config().attemptsMax()) {
      fail(
          draft,
          id,
          new Failure.AgentFailed(
              "ATTEMPTS_EXHAUSTED",
              "the run was begun "
                  + run.fruitless()
                  + " times and the server stopped each time before a call of it ended"));
      return;
    }
    draft.begin(id);
    int attempt = goesOn ? run.attempt() : run.attempt() + 1;
    draft.add(new ThreadEvent.RunStarted(id, attempt, downtime));
    if (run.attempt() == 0) {
      draft.add(
          new ThreadEvent.MessageAdded(
              new Message(
                  services.ids().nextMessage(),
                  Role.USER,
                  run.request().query(),
                  run.request().parts(),
                  draft.now(),
                  id,
                  null)));
    }
    settleUnrepeatable(draft, run);
    proceed(draft, id, false);
  }

  /// The run yielded between two steps and has a slot again.
  void goOn(Draft draft, RunId id) {
    ActiveRun run = draft.state().run(id);
    if (run != null && run.stage() instanceof RunStage.Yielded) {
      draft.begin(id);
      draft.add(new ThreadEvent.RunStarted(id, run.attempt()));
      proceed(draft, id, false);
    }
  }

  /// The server stops during a step of the run: the next owner repeats the step in the same
  /// attempt.
  void cutOff(Draft draft) {
    ActiveRun run = draft.state().currentRun();
    if (run != null && run.stage() instanceof RunStage.Running) {
      draft.add(new ThreadEvent.RunYielded(run.id()));
    }
  }

  private static boolean mayProceed(ActiveRun run) {
    return switch (run.stage()) {
      case RunStage.Queued _, RunStage.Running _, RunStage.Yielded _ -> true;
      case RunStage.Suspended _ -> false;
    };
  }

  /// The model answered.
  ///
  /// @param giveWay whether the run stops at the end of this step, for `goOn`
  void modelEnded(
      Draft draft,
      RunId id,
      String callId,
      ModelReply reply,
      long durationMs,
      long firstTokenMs,
      boolean giveWay) {
    ActiveRun run = draft.state().run(id);
    if (run == null || !(run.openCall(callId) instanceof OpenCall.OpenModelCall open)) {
      return;
    }
    if (!reply.thinking().isBlank()) {
      draft.add(
          new ThreadEvent.Thoughts(id, callId, open.phase(), open.stepId(), reply.thinking()));
    }
    draft.add(
        new ThreadEvent.ModelCallEnded(
            id,
            callId,
            open.phase(),
            open.stepId(),
            reply.text(),
            named(run, reply.toolCalls()),
            reply.usage(),
            reply.stopReason(),
            durationMs,
            firstTokenMs,
            reply.servedBy()));
    proceed(draft, id, giveWay);
  }

  /// The model's answer broke off and is asked for again, as a call of its own. The run goes on in
  /// the same attempt.
  void askedAgain(Draft draft, RunId id, String callId, String nextId) {
    ActiveRun run = draft.state().run(id);
    if (run == null
        || !(run.stage() instanceof RunStage.Running)
        || !(run.openCall(callId) instanceof OpenCall.OpenModelCall open)) {
      return;
    }
    ThreadConfig config = run.request().options().over(draft.state().knownProfile().config());
    draft.add(new ThreadEvent.RunStarted(id, run.attempt()));
    draft.add(
        new ThreadEvent.ModelCallStarted(
            id,
            nextId,
            open.phase(),
            open.stepId(),
            config.provider().name(),
            config.provider().model()));
  }

  String nextCallId() {
    return services.ids().nextCall();
  }

  /// A tool ended.
  ///
  /// @param giveWay as for `modelEnded`
  void toolEnded(Draft draft, RunId id, ToolResult result, boolean giveWay) {
    ActiveRun run = draft.state().run(id);
    if (run == null || !(run.openCall(result.callId()) instanceof OpenCall.OpenToolCall open)) {
      return;
    }
    draft.add(new ThreadEvent.ToolEnded(id, result, open.stepId()));
    proceed(draft, id, giveWay);
  }

  /// A failure that ends the run; `callId` is the call it came from, or null.
  void failed(Draft draft, RunId id, @Nullable String callId, Failure failure) {
    ActiveRun run = draft.state().run(id);
    if (run == null) {
      return;
    }
    OpenCall call = callId == null ? null : run.openCall(callId);
    if (callId == null) {
      fail(draft, id, failure);
    } else if (call != null) {
      fail(draft, run, call.phase(), call.stepId(), failure);
    }
  }

  void cancel(Draft draft, RunId id) {
    ActiveRun run = draft.state().run(id);
    if (run != null) {
      draft.add(new ThreadEvent.RunCancelled(id, run.summary(draft.now())));
    }
  }

  /// Ends `run` for a newer one; with `rollBack` also what it did to conversation and plan.
  void interrupt(Draft draft, ActiveRun run, RunId by, boolean rollBack) {
    boolean undo = rollBack && run.agentBefore() != null;
    draft.add(new ThreadEvent.RunInterrupted(run.id(), by, undo, run.summary(draft.now())));
    if (undo && run.agentBefore() != null) {
      ObjectNode data = draft.state().document().data();
      List<StateChange.Operation> undoing = run.agentBefore().restoring(data);
      if (!undoing.isEmpty()) {
        draft.add(new ThreadEvent.StateChanged(by.value(), new StateChange.Batch(undoing)));
      }
    }
  }

  /// Asks the agent until it waits for a call or the run ends.
  ///
  /// @param giveWay whether the run may begin no other call. A decision for one is dropped, since
  ///   the state leads to it again. The run yields once no call is open
  private void proceed(Draft draft, RunId id, boolean giveWay) {
    ActiveRun run = known(draft.state(), id);
    ThreadConfig config = run.request().options().over(draft.state().knownProfile().config());
    AgentCore core = services.cores().get(config.agent());
    if (core == null) {
      fail(
          draft, id, new Failure.AgentFailed("UNKNOWN_AGENT", "no agent '" + config.agent() + "'"));
      return;
    }
    List<ToolSpec> tools = tools(config);
    boolean called = false;
    for (int i = 0; i < DECISIONS_MAX; i++) {
      // A call that was only opened makes the thread no heavier.
      if (!called && failedOfMemory(draft, id)) {
        return;
      }
      run = known(draft.state(), id);
      Decision decision =
          core.next(
              new AgentView(config, run, draft.state().history(), draft.state().document(), tools));
      called = opensCalls(decision);
      if (called && giveWay) {
        if (run.openCalls().isEmpty()) {
          draft.add(new ThreadEvent.RunYielded(id));
        }
        return;
      }
      draft.addAll(decision.first());
      if (carryOut(draft, id, config, decision)) {
        return;
      }
    }
    fail(draft, id, new Failure.Internal("the agent decided " + DECISIONS_MAX + " times in a row"));
  }

  private static boolean opensCalls(Decision decision) {
    return switch (decision) {
      case Decision.Ask _, Decision.Act _ -> true;
      case Decision.Again _, Decision.Wait _, Decision.Finish _, Decision.Fail _ -> false;
    };
  }

  /// Fails a run between two steps when its thread holds too much. The thread stays usable: what
  /// the run held is dropped with it, and a client can remove data from the state document.
  private boolean failedOfMemory(Draft draft, RunId id) {
    long bytes = weight.of(draft.state());
    long most = services.config().memoryMax();
    if (bytes <= most) {
      return false;
    }
    String message = "the thread holds about " + bytes + " bytes, and may hold " + most;
    fail(draft, id, new Failure.AgentFailed("MEMORY_LIMIT_EXCEEDED", message));
    return true;
  }

  /// Gives whether the turn is over.
  private boolean carryOut(Draft draft, RunId id, ThreadConfig config, Decision decision) {
    switch (decision) {
      case Decision.Again _ -> {
        return false;
      }
      case Decision.Wait _ -> {
        if (known(draft.state(), id).openCalls().isEmpty()) {
          fail(draft, id, new Failure.Internal("the agent waits and no call is open"));
        }
      }
      case Decision.Ask ask -> {
        ask(draft, id, config, ask);
        return tooManyCalls(draft, id);
      }
      case Decision.Act act -> {
        if (!act(draft, id, config, act)) {
          fail(draft, id, new Failure.Internal("the agent made a tool call that is open"));
          return true;
        }
        return tooManyCalls(draft, id);
      }
      case Decision.Finish finish -> {
        if (finish.content().isBlank()) {
          fail(draft, id, new Failure.AgentFailed("EMPTY_ANSWER", "the agent's answer is empty"));
        } else {
          draft.add(
              new ThreadEvent.MessageAdded(
                  new Message(
                      services.ids().nextMessage(),
                      Role.AI,
                      finish.content(),
                      draft.now(),
                      id,
                      finish.metadata())));
          ActiveRun run = known(draft.state(), id);
          draft.add(new ThreadEvent.RunCompleted(id, run.summary(draft.now())));
        }
      }
      case Decision.Fail failing -> fail(draft, id, failing.failure());
    }
    return true;
  }

  /// Starts the calls that may run, asks about those that must ask, and answers those that are
  /// refused. False: a call is open already.
  private boolean act(Draft draft, RunId id, ThreadConfig config, Decision.Act act) {
    List<Question> questions = new ArrayList<>();
    for (ToolCall call : act.calls()) {
      ActiveRun run = known(draft.state(), id);
      if (run.openCall(call.callId()) != null) {
        return false;
      }
      switch (gate.passage(run, config, call, act.stepId(), draft.now())) {
        case Gate.Passage.Run(ToolCall allowed) ->
            draft.add(new ThreadEvent.ToolStarted(id, allowed, act.stepId()));
        case Gate.Passage.Refused(ToolResult refusal) ->
            draft.add(new ThreadEvent.ToolEnded(id, refusal, act.stepId()));
        case Gate.Passage.Ask(Question question) -> questions.add(question);
      }
    }
    if (!questions.isEmpty()) {
      List<OpenCall.OpenQuestion> open = known(draft.state(), id).questions();
      String suspension = open.isEmpty() ? services.ids().next() : open.getFirst().suspensionId();
      draft.add(new ThreadEvent.RunSuspended(id, suspension, questions));
    }
    return true;
  }

  private boolean tooManyCalls(Draft draft, RunId id) {
    if (known(draft.state(), id).openCalls().size() <= OPEN_CALLS_MAX) {
      return false;
    }
    fail(
        draft,
        id,
        new Failure.Internal("the agent made more than " + OPEN_CALLS_MAX + " calls at once"));
    return true;
  }

  private void ask(Draft draft, RunId id, ThreadConfig config, Decision.Ask ask) {
    String callId = services.ids().nextCall();
    draft.add(
        new ThreadEvent.ModelCallStarted(
            id,
            callId,
            ask.phase(),
            ask.stepId(),
            config.provider().name(),
            config.provider().model()));
    draft.prepare(
        new Draft.Prepared(
            config.provider(),
            config.fallbacks(),
            new ModelRequest(
                callId,
                config.provider().model(),
                ask.phase(),
                ask.messages(),
                ask.tools(),
                options(config.provider().options(), ask))));
  }

  /// The answer form applies to answers for the user, not to plans and steps.
  private static ObjectNode options(ObjectNode options, Decision.Ask ask) {
    boolean answers =
        ask.phase() == Phase.SYNTHESIS || (ask.phase() == Phase.EXECUTION && ask.stepId() == null);
    if (answers || !options.has(ANSWER_FORM)) {
      return options;
    }
    ObjectNode others = options.deepCopy();
    others.remove(ANSWER_FORM);
    return others;
  }

  /// A tool call that was open when the server stopped may have taken effect. Only idempotent tools
  /// are called again; for other tools the step has failed and says why.
  private void settleUnrepeatable(Draft draft, ActiveRun run) {
    for (OpenCall open : run.openCalls()) {
      if (open instanceof OpenCall.OpenToolCall(ToolCall call, Phase _, String stepId)
          && !services.tools().find(call.toolName()).map(ToolSpec::idempotent).orElse(false)) {
        draft.add(
            new ThreadEvent.ToolEnded(
                run.id(),
                ToolResult.error(
                    call,
                    "TOOL_OUTCOME_UNKNOWN",
                    "the server stopped while the tool ran; it may not be repeated, and whether it"
                        + " took effect is unknown",
                    0),
                stepId));
      }
    }
  }

  /// A failure of the run as a whole: it names the call opened last, or the step begun last.
  private void fail(Draft draft, RunId id, Failure failure) {
    ActiveRun run = known(draft.state(), id);
    RunStep step = run.lastStep();
    if (!run.openCalls().isEmpty()) {
      OpenCall call = run.openCalls().getLast();
      fail(draft, run, call.phase(), call.stepId(), failure);
    } else if (step != null) {
      fail(draft, run, step.phase(), step.stepId(), failure);
    } else {
      fail(draft, run, null, null, failure);
    }
  }

  private static void fail(
      Draft draft, ActiveRun run, @Nullable Phase phase, @Nullable String stepId, Failure failure) {
    draft.add(
        new ThreadEvent.RunFailed(
            run.id(),
            new RunFailure(failure.code(), failure.message(), phase, stepId),
            run.summary(draft.now())));
  }

  private List<ToolSpec> tools(ThreadConfig config) {
    List<ToolSpec> specs = new ArrayList<>(config.enabledTools().size());
    for (String name : config.enabledTools()) {
      services.tools().find(name).ifPresent(specs::add);
    }
    config.clientTools().forEach(tool -> specs.add(tool.spec()));
    return specs;
  }

  /// A tool call's id must be unique within the run, whatever the model gave.
  private List<ToolCall> named(ActiveRun run, List<ToolCall> calls) {
    if (calls.isEmpty()) {
      return calls;
    }
    Set<String> taken = new HashSet<>();
    for (EndedCall ended : run.endedCalls()) {
      if (ended instanceof EndedCall.EndedModelCall model) {
        model.toolCalls().forEach(call -> taken.add(call.callId()));
      }
    }
    run.openCalls().forEach(call -> taken.add(call.callId()));
    List<ToolCall> named = new ArrayList<>(calls.size());
    for (ToolCall call : calls) {
      boolean own = !call.callId().isBlank() && taken.add(call.callId());
      named.add(
          own
              ? call
              : new ToolCall(
                  services.ids().nextCall(),
                  call.toolName(),
                  call.arguments(),
                  call.providerData()));
    }
    return named;
  }

  private static ActiveRun known(ThreadState state, RunId id) {
    ActiveRun run = state.run(id);
    if (run == null) {
      throw new IllegalStateException("run " + id + " is not open");
    }
    return run;
  }
}
