package dev.artserver.agent;

import dev.artserver.model.ActiveRun;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.RunStep;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ToolCall;
import java.util.ArrayList;
import java.util.List;

/// Model and tools in turn until the model answers (ReAct, Yao et al. 2022). A question that needs
/// no tool costs one model call.
///
/// It makes at most `execution.iterationsMax` model calls; tools that the last call asks for are
/// not run, since no call would read their results. Fails with `ITERATIONS_EXHAUSTED` or
/// `EMPTY_ANSWER`.
public final class ReactAgent implements AgentCore {
  public static final String NAME = "react";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Decision next(AgentView view) {
    ActiveRun run = view.run();
    if (!run.openCalls().isEmpty()) {
      return new Decision.Wait();
    }
    RunStep step = run.lastStep();
    List<ThreadEvent> first =
        step != null && step.is(Phase.EXECUTION, null)
            ? List.of()
            : List.of(new ThreadEvent.RunPhase(run.id(), Phase.EXECUTION, null));
    ModelExchange exchange = ModelExchange.current(run, Phase.EXECUTION, null);
    EndedCall.EndedModelCall reply = exchange.reply();
    if (reply == null) {
      return ask(view, first, exchange);
    }
    if (reply.toolCalls().isEmpty()) {
      return answer(first, reply);
    }
    int callsMax = view.config().execution().iterationsMax();
    if (exchange.modelCalls() >= callsMax) {
      return new Decision.Fail(
          first,
          new Failure.AgentFailed(
              "ITERATIONS_EXHAUSTED", "no answer within " + callsMax + " model calls"));
    }
    List<ToolCall> unanswered = exchange.unanswered();
    return unanswered.isEmpty()
        ? ask(view, first, exchange)
        : new Decision.Act(first, null, unanswered);
  }

  private static Decision answer(List<ThreadEvent> first, EndedCall.EndedModelCall reply) {
    String content = ModelExchange.said(reply);
    return content.isBlank()
        ? new Decision.Fail(
            first, new Failure.AgentFailed("EMPTY_ANSWER", "the model gave an empty answer"))
        : new Decision.Finish(first, content, null);
  }

  private static Decision ask(AgentView view, List<ThreadEvent> first, ModelExchange exchange) {
    Conversation conversation = Conversation.of(view);
    List<ModelMessage> messages =
        new ArrayList<>(2 + view.history().size() + view.run().endedCalls().size());
    String instructions =
        view.tools().isEmpty() ? Instructions.ANSWER : Instructions.ANSWER_WITH_TOOLS;
    messages.add(Personas.system(view.config(), Phase.EXECUTION, instructions));
    conversation.addBefore(messages);
    messages.add(conversation.asked());
    conversation.addAfter(messages);
    exchange.addTo(messages, view.config().execution().toolResultCharsMax());
    return new Decision.Ask(first, Phase.EXECUTION, null, messages, view.tools());
  }
}
