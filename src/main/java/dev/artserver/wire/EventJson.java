package dev.artserver.wire;

import dev.artserver.model.Fact;
import dev.artserver.model.FailureException;
import dev.artserver.model.Phase;
import dev.artserver.model.RecordedCaller;
import dev.artserver.model.RunId;
import dev.artserver.model.ServedBy;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadEvent.ModelCallEnded;
import dev.artserver.model.ThreadEvent.ModelCallStarted;
import dev.artserver.model.ThreadEvent.Thoughts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// JSON of each event: the `data` of a fact.
final class EventJson {
  private static final String STARTED = "started";
  private static final String COMPLETED = "completed";

  private EventJson() {}

  static void write(Fields out, Fact fact) throws IOException {
    if (fact.event() instanceof ThreadEvent.Unknown newer) {
      out.members(newer.data());
      return;
    }
    RunId run = fact.event().run();
    if (run != null && !(fact.event() instanceof ThreadEvent.MessageAdded)) {
      out.text("runId", run.value());
    }
    RecordedCaller caller = fact.caller();
    if (caller != null) {
      out.object("caller", caller, EventJson::caller);
    }
    switch (fact.event()) {
      case ThreadEvent.Unknown _ -> throw new AssertionError("written above");
      case ThreadEvent.ConfigChanged e -> HeadJson.profile(out, e.profile());
      case ThreadEvent.StateChanged e -> {
        out.number("version", fact.stateVersion());
        out.text("operationId", e.operationId());
        out.object("change", e.change(), ChangeJson::write);
      }
      case ThreadEvent.RunQueued e -> RunJson.request(out, e.request());
      case ThreadEvent.RunStarted e -> {
        out.number("attempt", e.attempt());
        out.millis("downtimeMs", e.downtime());
      }
      case ThreadEvent.RunYielded ignored -> {}
      case ThreadEvent.RunSuspended e -> {
        out.text("suspensionId", e.suspensionId());
        out.objects("questions", e.questions(), SuspensionJson::question);
      }
      case ThreadEvent.RunResumed e -> {
        out.text("suspensionId", e.suspensionId());
        out.objects("answers", e.verdicts(), SuspensionJson::verdict);
        out.flag("timedOut", e.timedOut());
        out.number("open", e.open());
      }
      case ThreadEvent.RunPhase e -> place(out, e.phase(), e.stepId());
      case ThreadEvent.PlanUpdated e -> {
        out.number("version", fact.stateVersion());
        AgentJson.plan(out, e.plan());
      }
      case ThreadEvent.ItemUpdated e -> {
        out.number("version", fact.stateVersion());
        out.object("item", e.item(), AgentJson::item);
      }
      case ModelCallStarted e -> started(out, e);
      case ModelCallEnded e -> ended(out, e);
      case Thoughts e -> {
        out.text("callId", e.callId());
        place(out, e.phase(), e.stepId());
        out.text("text", e.text());
      }
      case ThreadEvent.ToolStarted e -> {
        AgentJson.call(out, e.call());
        out.text("stepId", e.stepId());
      }
      case ThreadEvent.ToolEnded e -> {
        AgentJson.result(out, e.result());
        out.text("stepId", e.stepId());
      }
      case ThreadEvent.MessageAdded e -> MessageJson.write(out, e.message());
      case ThreadEvent.RunCompleted e -> RunJson.summary(out, e.summary());
      case ThreadEvent.RunFailed e -> {
        out.object("error", e.failure(), RunJson::failure);
        RunJson.summary(out, e.summary());
      }
      case ThreadEvent.RunCancelled e -> RunJson.summary(out, e.summary());
      case ThreadEvent.RunInterrupted e -> {
        out.text("by", e.by().value());
        out.flag("rolledBack", e.rolledBack());
        RunJson.summary(out, e.summary());
      }
    }
  }

  private static void started(Fields out, ModelCallStarted e) throws IOException {
    out.text("callId", e.callId());
    out.text("status", STARTED);
    place(out, e.phase(), e.stepId());
    out.text("provider", e.provider());
    out.text("model", e.model());
  }

  private static void ended(Fields out, ModelCallEnded e) throws IOException {
    out.text("callId", e.callId());
    out.text("status", COMPLETED);
    place(out, e.phase(), e.stepId());
    out.text("text", e.text());
    out.objects("toolCalls", e.toolCalls(), AgentJson::call);
    out.object("usage", e.usage(), AgentJson::usage);
    out.text("stopReason", e.stopReason());
    out.number("durationMs", e.durationMs());
    out.number("firstTokenMs", e.firstTokenMs());
    ServedBy servedBy = e.servedBy();
    if (servedBy != null) {
      out.text("provider", servedBy.provider());
      out.text("model", servedBy.model());
    }
  }

  private static void place(Fields out, Phase phase, @Nullable String stepId) throws IOException {
    out.word("phase", phase);
    out.text("stepId", stepId);
  }

  private static void caller(Fields out, RecordedCaller caller) throws IOException {
    out.text("id", caller.id());
    out.text("onBehalfOf", caller.onBehalfOf());
  }

  /// The caller in the `data` of a fact; null when there is none.
  static @Nullable RecordedCaller caller(Members in) {
    return in.objectOrNull(
        "caller", from -> new RecordedCaller(from.text("id"), from.textOrNull("onBehalfOf")));
  }

  /// Every release writes the run an event belongs to as `runId`.
  static ThreadEvent unknown(String type, int schema, Members in) {
    return new ThreadEvent.Unknown(type, schema, runIfAny(in), in.node(), FactJson.events(type));
  }

  private static @Nullable RunId runIfAny(Members in) {
    String run = in.node().path("runId").textValue();
    try {
      return run == null ? null : new RunId(run);
    } catch (FailureException other) {
      return null;
    }
  }

  static ThreadEvent read(EventType type, Members in) {
    return switch (type) {
      case CONFIG_CHANGED -> new ThreadEvent.ConfigChanged(HeadJson.profile(in));
      case STATE_CHANGED ->
          new ThreadEvent.StateChanged(
              in.text("operationId"), in.object("change", ChangeJson::read));
      case MESSAGE -> new ThreadEvent.MessageAdded(MessageJson.read(in));
      case RUN_QUEUED -> new ThreadEvent.RunQueued(run(in), RunJson.request(in));
      case RUN_STARTED ->
          new ThreadEvent.RunStarted(
              run(in), in.small("attempt"), in.has("downtimeMs") ? in.millis("downtimeMs") : null);
      case RUN_YIELDED -> new ThreadEvent.RunYielded(run(in));
      case RUN_SUSPENDED ->
          new ThreadEvent.RunSuspended(
              run(in), in.text("suspensionId"), in.objects("questions", SuspensionJson::question));
      case RUN_RESUMED ->
          new ThreadEvent.RunResumed(
              run(in),
              in.text("suspensionId"),
              in.objects("answers", SuspensionJson::verdict),
              in.flag("timedOut"),
              in.small("open"));
      case RUN_PHASE -> new ThreadEvent.RunPhase(run(in), phase(in), in.textOrNull("stepId"));
      case PLAN_UPDATED -> new ThreadEvent.PlanUpdated(run(in), AgentJson.plan(in));
      case ITEM_UPDATED -> new ThreadEvent.ItemUpdated(run(in), in.object("item", AgentJson::item));
      case LLM_CALL -> modelCall(run(in), in);
      case THOUGHTS ->
          new Thoughts(
              run(in), in.text("callId"), phase(in), in.textOrNull("stepId"), in.text("text"));
      case TOOL_STARTED ->
          new ThreadEvent.ToolStarted(run(in), AgentJson.call(in), in.textOrNull("stepId"));
      case TOOL_ENDED ->
          new ThreadEvent.ToolEnded(run(in), AgentJson.result(in), in.textOrNull("stepId"));
      case RUN_COMPLETED -> new ThreadEvent.RunCompleted(run(in), RunJson.summary(in));
      case RUN_FAILED ->
          new ThreadEvent.RunFailed(
              run(in), in.object("error", RunJson::failure), RunJson.summary(in));
      case RUN_CANCELLED -> new ThreadEvent.RunCancelled(run(in), RunJson.summary(in));
      case RUN_INTERRUPTED ->
          new ThreadEvent.RunInterrupted(
              run(in), new RunId(in.text("by")), in.flag("rolledBack"), RunJson.summary(in));
    };
  }

  private static RunId run(Members in) {
    return new RunId(in.text("runId"));
  }

  private static ThreadEvent modelCall(RunId run, Members in) {
    String status = in.text("status");
    return switch (status) {
      case STARTED ->
          new ModelCallStarted(
              run,
              in.text("callId"),
              phase(in),
              in.textOrNull("stepId"),
              in.text("provider"),
              in.text("model"));
      case COMPLETED ->
          new ModelCallEnded(
              run,
              in.text("callId"),
              phase(in),
              in.textOrNull("stepId"),
              in.text("text"),
              in.objects("toolCalls", AgentJson::call),
              in.object("usage", AgentJson::usage),
              in.text("stopReason"),
              in.number("durationMs"),
              in.number("firstTokenMs"),
              servedBy(in));
      default -> throw new IllegalArgumentException("unknown status '" + status + "' of llm.call");
    };
  }

  private static @Nullable ServedBy servedBy(Members in) {
    String provider = in.textOrNull("provider");
    return provider == null ? null : new ServedBy(provider, in.text("model"));
  }

  private static Phase phase(Members in) {
    return in.word(Phase.class, "phase");
  }
}
