package dev.artserver.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The members of the state document that the agent writes: `intent`, `title`, `plan`, `todoList`,
/// `stepOutputs`, `currentStepId`. People may edit them too, so reading is lenient: what makes no
/// sense is left out.
///
/// @param members the ones that are present
public record AgentPart(ObjectNode members) {
  public static final String TODO_LIST = "todoList";
  public static final String STEP_OUTPUTS = "stepOutputs";
  public static final String CURRENT_STEP = "currentStepId";
  private static final List<String> KEYS =
      List.of("intent", "title", "plan", TODO_LIST, STEP_OUTPUTS, CURRENT_STEP);

  public static AgentPart of(ObjectNode data) {
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    for (String key : KEYS) {
      JsonNode value = data.get(key);
      if (value != null) {
        members.set(key, value);
      }
    }
    return new AgentPart(members);
  }

  /// The conversation's title as the agent set it, or null.
  public @Nullable String title() {
    JsonNode title = members.get("title");
    return title == null || title.asText().isEmpty() ? null : title.asText();
  }

  /// Operations that restore exactly these members in `data`; the application's own members stay.
  /// Empty when nothing differs.
  public List<StateChange.Operation> restoring(ObjectNode data) {
    List<StateChange.Operation> operations = new ArrayList<>();
    for (String key : KEYS) {
      JsonNode then = members.get(key);
      JsonNode now = data.get(key);
      if (then != null && !then.equals(now)) {
        operations.add(new StateChange.Operation.Put("/" + key, then));
      } else if (then == null && now != null) {
        operations.add(new StateChange.Operation.Remove("/" + key));
      }
    }
    return operations;
  }

  static ObjectNode withPlan(ObjectNode data, Plan plan) {
    ObjectNode next = shallowCopy(data);
    next.put("intent", plan.intent());
    next.put("title", plan.title());
    next.put("plan", plan.plan());
    ArrayNode list = next.putArray(TODO_LIST);
    plan.todoList().forEach(item -> list.add(toJson(item)));
    next.remove(List.of(STEP_OUTPUTS, CURRENT_STEP));
    return next;
  }

  static ObjectNode withItem(ObjectNode data, TodoItem item) {
    ObjectNode next = shallowCopy(data);
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    boolean found = false;
    for (JsonNode old : data.path(TODO_LIST)) {
      boolean same = old.path("id").asText("").equals(item.id());
      found |= same;
      list.add(
          same && old instanceof ObjectNode object
              ? shallowCopy(object).setAll(toJson(item))
              : old);
    }
    if (!found) {
      list.add(toJson(item));
    }
    next.set(TODO_LIST, list);
    if (item.status() == TodoStatus.IN_PROGRESS) {
      next.put(CURRENT_STEP, item.id());
    } else {
      next.remove(CURRENT_STEP);
      ObjectNode outputs =
          data.get(STEP_OUTPUTS) instanceof ObjectNode old
              ? shallowCopy(old)
              : JsonNodeFactory.instance.objectNode();
      ObjectNode output = outputs.putObject(item.id());
      output.put("status", lower(item.status()));
      output.put("result", item.result());
      next.set(STEP_OUTPUTS, outputs);
    }
    return next;
  }

  /// The todo list in `data`; items without id are left out, unknown statuses count as pending.
  public static List<TodoItem> todoList(ObjectNode data) {
    List<TodoItem> items = new ArrayList<>();
    for (JsonNode node : data.path(TODO_LIST)) {
      String id = node.path("id").asText("");
      if (!id.isEmpty()) {
        items.add(
            new TodoItem(
                id,
                node.path("description").asText(""),
                status(node.path("status").asText("")).orElse(TodoStatus.PENDING),
                texts(node.path("dependencies")),
                texts(node.path("requiredTools")),
                node.hasNonNull("expectedOutcome") ? node.get("expectedOutcome").asText() : null,
                node.hasNonNull("result") ? node.get("result").asText() : null));
      }
    }
    return items;
  }

  /// The JSON form of one item, as in `todoList`.
  public static ObjectNode toJson(TodoItem item) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", item.id());
    node.put("description", item.description());
    node.put("status", lower(item.status()));
    ArrayNode dependencies = node.putArray("dependencies");
    item.dependencies().forEach(dependencies::add);
    ArrayNode tools = node.putArray("requiredTools");
    item.requiredTools().forEach(tools::add);
    if (item.expectedOutcome() != null) {
      node.put("expectedOutcome", item.expectedOutcome());
    }
    if (item.result() != null) {
      node.put("result", item.result());
    }
    return node;
  }

  /// Reads a status in any case; empty when it is not a status.
  public static Optional<TodoStatus> status(String text) {
    for (TodoStatus status : TodoStatus.values()) {
      if (status.name().equalsIgnoreCase(text.strip())) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  private static String lower(TodoStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  static ObjectNode shallowCopy(ObjectNode node) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    copy.setAll(node);
    return copy;
  }
}
