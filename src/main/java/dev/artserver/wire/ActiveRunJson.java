package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.AgentPart;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.Turn;
import java.io.IOException;

/// JSON of runs that have not ended, as snapshots keep them.
final class ActiveRunJson {
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
    out.word("phase", run.phase());
    out.text("stepId", run.stepId());
    out.objects("turns", run.turns(), ActiveRunJson::turn);
    out.objects("openCalls", run.openCalls(), ActiveRunJson::openCall);
    out.object("usage", run.usage(), AgentJson::usage);
    out.number("llmCalls", run.llmCalls());
    out.number("toolCalls", run.toolCalls());
    out.tree("agentBefore", before == null ? null : before.members());
    out.flag("failedSteps", run.failedSteps());
    out.flag("yielded", run.yielded());
  }

  static ActiveRun read(Members in) {
    ObjectNode before = in.objectOrNull("agentBefore");
    return new ActiveRun(
        new RunId(in.text("id")),
        in.object("request", RunJson::request),
        in.instant("queuedAt"),
        in.number("queuedSeq"),
        in.small("attempt"),
        in.treeOrNull("fruitless") == null ? 0 : in.small("fruitless"),
        in.instantOrNull("startedAt"),
        in.wordOrNull(Phase.class, "phase"),
        in.textOrNull("stepId"),
        in.objects("turns", ActiveRunJson::turn),
        in.objects("openCalls", ActiveRunJson::openCall),
        in.object("usage", AgentJson::usage),
        in.small("llmCalls"),
        in.small("toolCalls"),
        before == null ? null : new AgentPart(before),
        in.flag("failedSteps"),
        in.treeOrNull("yielded") != null && in.flag("yielded"));
  }

  private static void turn(Fields out, Turn turn) throws IOException {
    out.word("phase", turn.phase());
    out.text("stepId", turn.stepId());
    switch (turn) {
      case Turn.ModelTurn model -> {
        out.text("callId", model.callId());
        out.text("text", model.text());
        out.objects("toolCalls", model.toolCalls(), AgentJson::call);
        out.text("stopReason", model.stopReason());
      }
      case Turn.ToolTurn tool -> out.object("result", tool.result(), AgentJson::result);
    }
  }

  private static Turn turn(Members in) {
    Phase phase = in.word(Phase.class, "phase");
    String stepId = in.textOrNull("stepId");
    if (in.treeOrNull("result") != null) {
      return new Turn.ToolTurn(in.object("result", AgentJson::result), phase, stepId);
    }
    return new Turn.ModelTurn(
        in.text("callId"),
        phase,
        stepId,
        in.text("text"),
        in.objects("toolCalls", AgentJson::call),
        in.text("stopReason"));
  }

  private static void openCall(Fields out, OpenCall call) throws IOException {
    switch (call) {
      case OpenCall.OpenModelCall model -> {
        out.text("callId", model.callId());
        out.word("phase", model.phase());
        out.text("stepId", model.stepId());
      }
      case OpenCall.OpenToolCall tool -> {
        out.object("call", tool.call(), AgentJson::call);
        out.text("stepId", tool.stepId());
      }
    }
  }

  private static OpenCall openCall(Members in) {
    String stepId = in.textOrNull("stepId");
    if (in.treeOrNull("call") != null) {
      return new OpenCall.OpenToolCall(in.object("call", AgentJson::call), stepId);
    }
    return new OpenCall.OpenModelCall(in.text("callId"), in.word(Phase.class, "phase"), stepId);
  }
}
