package dev.artserver.thread;

import dev.artserver.agent.AgentCore;
import dev.artserver.agent.AgentView;
import dev.artserver.agent.Decision;
import dev.artserver.model.ActiveRun;
import dev.artserver.model.EndedCall;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.OpenCall;
import dev.artserver.model.Phase;
import dev.artserver.model.RunStep;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ToolCall;
import java.util.ArrayList;
import java.util.List;

/// Works at several steps at once. Each step calls the model, then the tools the model wants, then
/// the model again, until the model wants none. All steps done, it answers with what they said.
final class ManyCallsAgent implements AgentCore {
  private final int steps;

  ManyCallsAgent(int steps) {
    this.steps = steps;
  }

  @Override
  public String name() {
    return "many";
  }

  @Override
  public Decision next(AgentView view) {
    ActiveRun run = view.run();
    StringBuilder answer = new StringBuilder();
    for (int i = 1; i <= steps; i++) {
      String step = "s" + i;
      List<EndedCall> ended = run.endedCallsOf(Phase.EXECUTION, step);
      List<ToolCall> wanted = unanswered(ended);
      boolean open = isOpen(run, step);
      if (open) {
        continue;
      }
      if (!wanted.isEmpty()) {
        return new Decision.Act(List.of(), step, wanted);
      }
      if (ended.isEmpty() || !(ended.getLast() instanceof EndedCall.EndedModelCall said)) {
        return ask(view, step, ended.size() > 4);
      }
      answer.append(step).append(": ").append(said.text()).append('\n');
    }
    return run.openCalls().isEmpty()
        ? new Decision.Finish(List.of(), answer.toString(), null)
        : new Decision.Wait();
  }

  private static boolean isOpen(ActiveRun run, String step) {
    return run.openCalls().stream().map(OpenCall::stepId).anyMatch(step::equals);
  }

  private static Decision ask(AgentView view, String step, boolean last) {
    boolean begun = false;
    for (RunStep one : view.run().steps()) {
      begun |= one.is(Phase.EXECUTION, step);
    }
    return new Decision.Ask(
        begun
            ? List.of()
            : List.of(new ThreadEvent.RunPhase(view.run().id(), Phase.EXECUTION, step)),
        Phase.EXECUTION,
        step,
        List.of(new ModelMessage.FromUser(view.run().request().query())),
        last ? List.of() : view.tools());
  }

  private static List<ToolCall> unanswered(List<EndedCall> ended) {
    List<ToolCall> wanted = new ArrayList<>();
    for (EndedCall call : ended) {
      switch (call) {
        case EndedCall.EndedModelCall said -> wanted.addAll(said.toolCalls());
        case EndedCall.EndedToolCall tool ->
            wanted.removeIf(one -> one.callId().equals(tool.result().callId()));
      }
    }
    return wanted;
  }
}
