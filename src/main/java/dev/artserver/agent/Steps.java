package dev.artserver.agent;

import dev.artserver.model.EndedCall;
import dev.artserver.model.Execution;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.Phase;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The second phase: the items of the todo list, one by one. An item is completed only by an answer
/// in text after all its required tools were used.
final class Steps {
  /// How many answers without the required tools are sent back.
  static final int DEMANDS_MAX = 2;

  private Steps() {}

  /// Empty once no item is left to do.
  static Optional<Decision> next(Progress progress) {
    // Each pass ends an item or returns, so there are no more passes than items.
    while (true) {
      TodoItem item = choose(progress);
      if (item == null) {
        return Optional.empty();
      }
      Optional<Decision> decision = work(progress, item);
      if (decision.isPresent()) {
        return decision;
      }
    }
  }

  /// The current item if it can go on, else the first that can; items that no longer can are ended.
  private static @Nullable TodoItem choose(Progress progress) {
    TodoGraph graph = new TodoGraph(progress.items());
    TodoItem first = null;
    for (TodoItem item : progress.items()) {
      if (graph.isReady(item)) {
        if (item.id().equals(progress.step())) {
          return item;
        }
        first = first == null ? item : first;
      }
    }
    endLost(progress);
    if (first == null) {
      endStuck(progress);
    }
    return first;
  }

  private static void endLost(Progress progress) {
    boolean found = true;
    while (found) {
      found = false;
      TodoGraph graph = new TodoGraph(progress.items());
      for (TodoItem item : List.copyOf(progress.items())) {
        String lost = TodoGraph.isOpen(item) ? graph.lostDependency(item) : null;
        if (lost != null) {
          progress.move(
              item, TodoStatus.CANCELLED, "not done: step '" + lost + "' did not succeed");
          found = true;
        }
      }
    }
  }

  private static void endStuck(Progress progress) {
    for (TodoItem item : List.copyOf(progress.items())) {
      if (TodoGraph.isOpen(item)) {
        progress.move(
            item, TodoStatus.FAILED, "it can never begin: its dependencies form a circle");
      }
    }
  }

  /// Empty when the item ended.
  private static Optional<Decision> work(Progress progress, TodoItem item) {
    List<ToolSpec> required = new ArrayList<>();
    for (String name : item.requiredTools()) {
      Optional<ToolSpec> tool = find(progress.view().tools(), name);
      if (tool.isEmpty()) {
        return failed(progress, item, "tool '" + name + "' is not available");
      }
      required.add(tool.get());
    }
    ModelExchange exchange = ModelExchange.current(progress.run(), Phase.EXECUTION, item.id());
    TodoItem begun = begin(progress, item);
    EndedCall.EndedModelCall reply = exchange.reply();
    if (reply != null && reply.toolCalls().isEmpty()) {
      List<String> unused = unused(item, exchange);
      if (unused.isEmpty()) {
        return ended(progress, begun, ModelExchange.said(reply));
      }
      if (exchange.plainReplies() > DEMANDS_MAX || isExhausted(progress, exchange)) {
        return failed(
            progress, begun, "TOOL_NOT_USED: the model never called " + String.join(", ", unused));
      }
    } else if (isExhausted(progress, exchange)) {
      return failed(
          progress, begun, "ITERATIONS_EXHAUSTED: not done within the model calls it may take");
    }
    List<ToolCall> unanswered = exchange.unanswered();
    return Optional.of(
        unanswered.isEmpty()
            ? ask(progress, begun, exchange, required)
            : new Decision.Act(progress.events(), item.id(), unanswered));
  }

  private static List<String> unused(TodoItem item, ModelExchange exchange) {
    Set<String> used = exchange.toolsUsed();
    return item.requiredTools().stream().filter(tool -> !used.contains(tool)).toList();
  }

  private static TodoItem begin(Progress progress, TodoItem item) {
    progress.at(Phase.EXECUTION, item.id());
    if (item.status() == TodoStatus.IN_PROGRESS) {
      return item;
    }
    progress.move(item, TodoStatus.IN_PROGRESS, null);
    return item.with(TodoStatus.IN_PROGRESS, item.result());
  }

  private static Optional<Decision> ended(Progress progress, TodoItem item, String result) {
    if (result.isBlank()) {
      return failed(progress, item, "EMPTY_ANSWER: the model said nothing");
    }
    progress.move(item, TodoStatus.COMPLETED, result);
    return Optional.empty();
  }

  private static Optional<Decision> failed(Progress progress, TodoItem item, String reason) {
    progress.move(item, TodoStatus.FAILED, reason);
    return Optional.empty();
  }

  /// One item has its own limit. The run's limit ends a run whose todo list people keep extending.
  private static boolean isExhausted(Progress progress, ModelExchange exchange) {
    Execution limits = progress.view().config().execution();
    long runMax = 2L + (long) limits.itemsMax() * limits.iterationsMax();
    return exchange.modelCalls() >= limits.iterationsMax() || progress.run().llmCalls() >= runMax;
  }

  private static Decision ask(
      Progress progress, TodoItem item, ModelExchange exchange, List<ToolSpec> required) {
    AgentView view = progress.view();
    int charsMax = view.config().execution().toolResultCharsMax();
    Conversation conversation = Conversation.of(view);
    List<ModelMessage> messages =
        new ArrayList<>(4 + view.history().size() + view.run().endedCalls().size());
    messages.add(Personas.system(view.config(), Phase.EXECUTION, Instructions.DO_STEP));
    conversation.addBefore(messages);
    conversation.addAfter(messages);
    messages.add(conversation.asked(task(progress, item, conversation.query(), charsMax)));
    exchange.addTo(messages, charsMax, item.requiredTools());
    List<ToolSpec> offered = required.isEmpty() ? view.tools() : required;
    return new Decision.Ask(progress.events(), Phase.EXECUTION, item.id(), messages, offered);
  }

  private static String task(Progress progress, TodoItem item, String query, int charsMax) {
    StringBuilder text = new StringBuilder(512);
    text.append("The user's request:\n").append(query);
    if (!progress.plan().isBlank()) {
      text.append("\n\nThe plan:\n").append(progress.plan());
    }
    List<TodoItem> done =
        progress.items().stream().filter(i -> i.status() == TodoStatus.COMPLETED).toList();
    if (!done.isEmpty()) {
      text.append("\n\nResults of the steps before:");
      Results.append(text, done, charsMax);
    }
    text.append("\n\nYour step [").append(item.id()).append("]:\n").append(item.description());
    if (item.expectedOutcome() != null && !item.expectedOutcome().isBlank()) {
      text.append("\nIt is done when: ").append(item.expectedOutcome());
    }
    if (!item.requiredTools().isEmpty()) {
      text.append("\nIt requires: ").append(String.join(", ", item.requiredTools()));
    }
    return text.toString();
  }

  private static Optional<ToolSpec> find(List<ToolSpec> tools, String name) {
    return tools.stream().filter(tool -> tool.name().equals(name)).findFirst();
  }
}
