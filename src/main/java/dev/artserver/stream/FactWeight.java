package dev.artserver.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Fact;
import dev.artserver.model.Message;
import dev.artserver.model.Plan;
import dev.artserver.model.Question;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.TodoItem;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// About how many bytes of memory a fact takes: its texts, and a flat amount for everything else.
final class FactWeight {
  private static final int FACT = 200;
  private static final int NODE = 40;

  private FactWeight() {}

  static int of(Fact fact) {
    return (int) Math.min(FACT + texts(fact.event()), Integer.MAX_VALUE);
  }

  private static long texts(ThreadEvent event) {
    return switch (event) {
      case ThreadEvent.ModelCallEnded e -> e.text().length() + calls(e.toolCalls());
      case ThreadEvent.Thoughts e -> e.text().length();
      case ThreadEvent.ToolStarted e -> call(e.call());
      case ThreadEvent.ToolEnded e -> result(e.result());
      case ThreadEvent.MessageAdded(Message message) ->
          message.content().length()
              + ContentPart.weight(message.parts())
              + json(message.metadata());
      case ThreadEvent.StateChanged e -> change(e.change());
      case ThreadEvent.PlanUpdated(var _, Plan plan) ->
          plan.plan().length() + plan.todoList().stream().mapToLong(FactWeight::item).sum();
      case ThreadEvent.ItemUpdated e -> item(e.item());
      case ThreadEvent.RunQueued e ->
          e.request().query().length() + ContentPart.weight(e.request().parts()) + 4L * NODE;
      case ThreadEvent.RunSuspended e ->
          e.questions().stream().mapToLong(FactWeight::question).sum();
      case ThreadEvent.RunResumed e -> e.verdicts().stream().mapToLong(FactWeight::verdict).sum();
      case ThreadEvent.RunFailed e -> e.failure().message().length();
      case ThreadEvent.ConfigChanged _ -> 10L * NODE;
      case ThreadEvent.Unknown e -> json(e.data());
      case ThreadEvent.RunStarted _,
          ThreadEvent.RunYielded _,
          ThreadEvent.RunPhase _,
          ThreadEvent.ModelCallStarted _,
          ThreadEvent.RunEnd _ ->
          0;
    };
  }

  private static long change(StateChange change) {
    return switch (change) {
      case StateChange.Replace e -> json(e.data());
      case StateChange.MergePatch e -> json(e.patch());
      case StateChange.JsonPatch e -> json(e.patch());
      case StateChange.Batch e -> e.operations().stream().mapToLong(FactWeight::operation).sum();
    };
  }

  private static long operation(StateChange.Operation operation) {
    return NODE
        + switch (operation) {
          case StateChange.Operation.Put e -> e.path().length() + json(e.value());
          case StateChange.Operation.Merge e -> e.path().length() + json(e.value());
          case StateChange.Operation.Remove e -> e.path().length();
          case StateChange.Operation.UpdateTodoItem e -> json(e.changes());
          case StateChange.Operation.UpdateStepOutput e -> json(e.output());
          case StateChange.Operation.SetCurrentStep e -> e.stepId().length();
        };
  }

  private static long item(TodoItem item) {
    return 2L * NODE + item.description().length() + length(item.result());
  }

  private static long question(Question question) {
    return 4L * NODE
        + call(question.call())
        + question.text().length()
        + json(question.feedbackSchema());
  }

  private static long verdict(Verdict verdict) {
    return NODE + length(verdict.reason()) + json(verdict.value()) + json(verdict.modifiedArgs());
  }

  private static long calls(List<ToolCall> calls) {
    return calls.stream().mapToLong(FactWeight::call).sum();
  }

  private static long call(ToolCall call) {
    return (long) NODE + call.arguments().length() + json(call.providerData());
  }

  private static long result(ToolResult result) {
    return NODE + length(result.error()) + json(result.output());
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static long json(@Nullable JsonNode node) {
    if (node == null) {
      return 0;
    }
    long sum = NODE;
    if (node.isTextual()) {
      sum += node.textValue().length();
    }
    for (JsonNode child : node) {
      sum += json(child);
    }
    return sum;
  }
}
