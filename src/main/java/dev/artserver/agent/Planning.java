package dev.artserver.agent;

import dev.artserver.model.EndedCall;
import dev.artserver.model.Excerpt;
import dev.artserver.model.Execution;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The first phase: one model call for a plan, and a second one when the first plan cannot be used.
final class Planning {
  /// How many of the last items of the earlier plan the planner sees, and how much of each result.
  private static final int EARLIER_MAX = 20;

  private static final int EARLIER_CHARS_MAX = 300;
  private static final int FAULTY_CHARS_MAX = 8_000;

  private Planning() {}

  /// Empty once there is a plan, which `progress` has adopted.
  static Optional<Decision> next(Progress progress) {
    progress.at(Phase.PLANNING, null);
    ModelExchange exchange = ModelExchange.current(progress.run(), Phase.PLANNING, null);
    EndedCall.EndedModelCall reply = exchange.reply();
    if (reply == null) {
      return Optional.of(ask(progress, messages(progress)));
    }
    AgentView view = progress.view();
    return switch (PlanReading.of(reply, view.tools(), view.config().execution().itemsMax())) {
      case PlanReading.Usable(var plan) -> {
        progress.adopt(plan);
        yield Optional.empty();
      }
      case PlanReading.Faulty(String fault) when exchange.modelCalls() < 2 ->
          Optional.of(ask(progress, repair(progress, reply, fault)));
      case PlanReading.Faulty(String fault) ->
          Optional.of(progress.fail("PLANNING_FAILED", "the model made no usable plan: " + fault));
    };
  }

  private static Decision ask(Progress progress, List<ModelMessage> messages) {
    return new Decision.Ask(progress.events(), Phase.PLANNING, null, messages, List.of());
  }

  private static List<ModelMessage> messages(Progress progress) {
    AgentView view = progress.view();
    Conversation conversation = Conversation.of(view);
    List<ModelMessage> messages = new ArrayList<>(view.history().size() + 4);
    messages.add(Personas.system(view.config(), Phase.PLANNING, instructions(progress)));
    conversation.addBefore(messages);
    conversation.addAfter(messages);
    messages.add(conversation.asked());
    return messages;
  }

  private static List<ModelMessage> repair(
      Progress progress, EndedCall.EndedModelCall reply, String fault) {
    List<ModelMessage> messages = messages(progress);
    String said = ModelExchange.said(reply);
    if (!said.isBlank()) {
      messages.add(new ModelMessage.FromAssistant(Excerpt.of(said, FAULTY_CHARS_MAX), List.of()));
    }
    messages.add(new ModelMessage.FromUser(Instructions.repairPlan(fault)));
    return messages;
  }

  private static String instructions(Progress progress) {
    AgentView view = progress.view();
    Execution limits = view.config().execution();
    StringBuilder text = new StringBuilder(2_048);
    text.append(String.format(Locale.ROOT, Instructions.PLAN, limits.itemsMax()));
    text.append(view.tools().isEmpty() ? "\n\nThere are no tools." : "\n\nTools:");
    for (ToolSpec tool : view.tools()) {
      text.append("\n- ").append(tool.name()).append(": ").append(tool.description());
    }
    appendEarlier(text, progress.items());
    return text.toString();
  }

  private static void appendEarlier(StringBuilder text, List<TodoItem> items) {
    if (items.isEmpty()) {
      return;
    }
    text.append("\n\nSteps of the plan for an earlier request, which is over:");
    for (TodoItem item : items.subList(Math.max(0, items.size() - EARLIER_MAX), items.size())) {
      text.append("\n- ").append(Excerpt.of(item.description(), EARLIER_CHARS_MAX));
      if (item.status() == TodoStatus.COMPLETED && item.result() != null) {
        text.append(": ").append(Excerpt.of(item.result(), EARLIER_CHARS_MAX));
      } else {
        text.append(" (").append(Results.name(item.status())).append(')');
      }
    }
  }
}
