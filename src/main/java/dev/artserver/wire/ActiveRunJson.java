package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.AgentPart;
import dev.artserver.model.EndedCall;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStage;
import dev.artserver.model.RunStep;
import dev.artserver.model.WorkTime;
import java.io.IOException;
import java.util.List;

/// JSON of runs that have not ended, for snapshots.
final class ActiveRunJson {
  private static final String QUEUED = "queued";
  private static final String RUNNING = "running";
  private static final String YIELDED = "yielded";
  private static final String SUSPENDED = "suspended";

  private ActiveRunJson() {}

  static void write(Fields out, ActiveRun run) throws IOException {
    AgentPart before = run.agentBefore();
    out.text("id", run.id().value());
    out.object("request", run.request(), RunJson::request);
    out.instant("queuedAt", run.queuedAt());
    out.number("queuedSeq", run.queuedSeq());
    out.number("attempt", run.attempt());
    out.number("fruitless", run.fruitless());
    out.instant("startedAt", run.startedAt());
    out.object("stage", run.stage(), ActiveRunJson::stage);
    out.millis("spentMs", run.workTime().spent());
    out.instant("workingSince", run.workTime().since());
    out.objects("steps", run.steps(), ActiveRunJson::step);
    out.objects("turns", run.endedCalls(), ActiveRunJson::endedCall);
    out.objects("openCalls", run.openCalls(), ActiveRunJson::openCall);
    out.object("usage", run.usage(), AgentJson::usage);
    out.number("llmCalls", run.llmCalls());
    out.number("toolCalls", run.toolCalls());
    out.tree("agentBefore", before == null ? null : before.members());
    out.flag("failedSteps", run.failedSteps());
    if (!run.answers().isEmpty()) {
      out.objects("answers", run.answers(), SuspensionJson::answered);
    }
  }

  static ActiveRun read(Members in) {
    ObjectNode before = in.objectOrNull("agentBefore");
    return new ActiveRun(
        new RunId(in.text("id")),
        in.object("request", RunJson::request),
        in.instant("queuedAt"),
        in.number("queuedSeq"),
        in.object("stage", ActiveRunJson::stage),
        in.small("attempt"),
        in.small("fruitless"),
        in.instantOrNull("startedAt"),
        new WorkTime(in.millis("spentMs"), in.instantOrNull("workingSince")),
        in.objects("steps", ActiveRunJson::step),
        in.objects("turns", ActiveRunJson::endedCall),
        in.objects("openCalls", ActiveRunJson::openCall),
        in.object("usage", AgentJson::usage),
        in.small("llmCalls"),
        in.small("toolCalls"),
        before == null ? null : new AgentPart(before),
        in.flag("failedSteps"),
        in.has("answers") ? in.objects("answers", SuspensionJson::answered) : List.of());
  }

  private static void stage(Fields out, RunStage stage) throws IOException {
    switch (stage) {
      case RunStage.Queued _ -> out.text("name", QUEUED);
      case RunStage.Running(int attempt) -> {
        out.text("name", RUNNING);
        out.number("attempt", attempt);
      }
      case RunStage.Yielded _ -> out.text("name", YIELDED);
      case RunStage.Suspended suspended -> {
        out.text("name", SUSPENDED);
        out.text("question", suspended.question());
        out.instant("since", suspended.since());
        out.instant("until", suspended.until());
      }
    }
  }

  private static RunStage stage(Members in) {
    String name = in.text("name");
    return switch (name) {
      case QUEUED -> new RunStage.Queued();
      case RUNNING -> new RunStage.Running(in.small("attempt"));
      case YIELDED -> new RunStage.Yielded();
      case SUSPENDED ->
          new RunStage.Suspended(in.text("question"), in.instant("since"), in.instant("until"));
      default -> throw new IllegalArgumentException("unknown stage '" + name + "'");
    };
  }

  private static void step(Fields out, RunStep step) throws IOException {
    out.word("phase", step.phase());
    out.text("stepId", step.stepId());
    out.number("from", step.from());
  }

  private static RunStep step(Members in) {
    return new RunStep(in.word(Phase.class, "phase"), in.textOrNull("stepId"), in.small("from"));
  }

  private static void endedCall(Fields out, EndedCall call) throws IOException {
    out.word("phase", call.phase());
    out.text("stepId", call.stepId());
    switch (call) {
      case EndedCall.EndedModelCall model -> {
        out.text("callId", model.callId());
        out.text("text", model.text());
        out.objects("toolCalls", model.toolCalls(), AgentJson::call);
        out.text("stopReason", model.stopReason());
      }
      case EndedCall.EndedToolCall tool -> out.object("result", tool.result(), AgentJson::result);
    }
  }

  private static EndedCall endedCall(Members in) {
    Phase phase = in.word(Phase.class, "phase");
    String stepId = in.textOrNull("stepId");
    if (in.has("result")) {
      return new EndedCall.EndedToolCall(in.object("result", AgentJson::result), phase, stepId);
    }
    return new EndedCall.EndedModelCall(
        in.text("callId"),
        phase,
        stepId,
        in.text("text"),
        in.objects("toolCalls", AgentJson::call),
        in.text("stopReason"));
  }

  private static void openCall(Fields out, OpenCall call) throws IOException {
    out.word("phase", call.phase());
    out.text("stepId", call.stepId());
    switch (call) {
      case OpenCall.OpenModelCall model -> out.text("callId", model.callId());
      case OpenCall.OpenToolCall tool -> out.object("call", tool.call(), AgentJson::call);
      case OpenCall.OpenQuestion asked -> {
        out.text("suspensionId", asked.suspensionId());
        out.object("question", asked.question(), SuspensionJson::question);
        out.instant("since", asked.since());
      }
    }
  }

  private static OpenCall openCall(Members in) {
    Phase phase = in.word(Phase.class, "phase");
    String stepId = in.textOrNull("stepId");
    if (in.has("question")) {
      return new OpenCall.OpenQuestion(
          in.text("suspensionId"),
          in.object("question", SuspensionJson::question),
          in.instant("since"),
          phase);
    }
    if (in.has("call")) {
      return new OpenCall.OpenToolCall(in.object("call", AgentJson::call), phase, stepId);
    }
    return new OpenCall.OpenModelCall(in.text("callId"), phase, stepId);
  }
}
