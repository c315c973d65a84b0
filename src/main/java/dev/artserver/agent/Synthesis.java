package dev.artserver.agent;

import dev.artserver.model.EndedCall;
import dev.artserver.model.Excerpt;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import java.util.ArrayList;
import java.util.List;

/// The last phase: one model call for the answer.
final class Synthesis {
  private static final int REASONS_MAX = 3;
  private static final int REASON_CHARS_MAX = 200;

  private Synthesis() {}

  static Decision next(Progress progress) {
    EndedCall.EndedModelCall reply =
        ModelExchange.current(progress.run(), Phase.SYNTHESIS, null).reply();
    if (reply != null) {
      return answer(progress, reply);
    }
    List<TodoItem> items = progress.items();
    if (!items.isEmpty()
        && items.stream().noneMatch(item -> item.status() == TodoStatus.COMPLETED)) {
      return progress.fail(
          "AGENT_PROCESSING_ERROR", "no step of the plan succeeded: " + reasons(items));
    }
    progress.at(Phase.SYNTHESIS, null);
    return new Decision.Ask(
        progress.events(), Phase.SYNTHESIS, null, messages(progress), List.of());
  }

  private static Decision answer(Progress progress, EndedCall.EndedModelCall reply) {
    progress.at(Phase.SYNTHESIS, null);
    FinalAnswer answer = FinalAnswer.of(ModelExchange.said(reply));
    if (!answer.content().isBlank()) {
      return new Decision.Finish(progress.events(), answer.content(), answer.metadata());
    }
    return reply.toolCalls().isEmpty()
        ? progress.fail("EMPTY_ANSWER", "the model gave an empty answer")
        : progress.fail("SYNTHESIS_FAILED", "the model called tools instead of answering");
  }

  private static List<ModelMessage> messages(Progress progress) {
    AgentView view = progress.view();
    Conversation conversation = Conversation.of(view);
    List<ModelMessage> messages = new ArrayList<>(3 + view.history().size());
    messages.add(Personas.system(view.config(), Phase.SYNTHESIS, Instructions.SYNTHESISE));
    conversation.addBefore(messages);
    conversation.addAfter(messages);
    messages.add(
        progress.items().isEmpty()
            ? conversation.asked()
            : conversation.asked(task(progress, conversation.query())));
    return messages;
  }

  private static String task(Progress progress, String query) {
    StringBuilder text = new StringBuilder(512);
    text.append("The user's request:\n").append(query);
    text.append("\n\nResults of the steps done for it:");
    Results.append(
        text, progress.items(), progress.view().config().execution().toolResultCharsMax());
    return text.toString();
  }

  private static String reasons(List<TodoItem> items) {
    List<String> reasons = new ArrayList<>();
    for (TodoItem item : items) {
      if (item.status() == TodoStatus.FAILED && reasons.size() < REASONS_MAX) {
        reasons.add(item.id() + ": " + Excerpt.of(String.valueOf(item.result()), REASON_CHARS_MAX));
      }
    }
    return reasons.isEmpty() ? "all were cancelled" : String.join("; ", reasons);
  }
}
