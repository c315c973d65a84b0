package dev.artserver.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.EndedCall;
import dev.artserver.model.Excerpt;
import dev.artserver.model.Plan;
import dev.artserver.model.TodoItem;
import dev.artserver.model.ToolSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a planner's answer says: a plan that can be carried out, or what is wrong with it.
///
/// Other member names that models use are understood. Tools that do not exist are left out, and
/// every item begins pending whatever the answer says.
sealed interface PlanReading {
  record Usable(Plan plan) implements PlanReading {}

  /// @param fault for the model and for people, without a full stop
  record Faulty(String fault) implements PlanReading {}

  static PlanReading of(EndedCall.EndedModelCall reply, List<ToolSpec> tools, int itemsMax) {
    ObjectNode found = PlanText.find(reply.text());
    if (found == null) {
      return new Faulty(
          reply.stopReason().equals("length")
              ? "it was cut off before it was complete; make it shorter"
              : "there is no JSON object with a todoList in it");
    }
    ArrayNode list = PlanText.list(found);
    if (list.size() > itemsMax) {
      return new Faulty("it has " + list.size() + " steps, at most " + itemsMax + " are allowed");
    }
    List<TodoItem> items = new ArrayList<>(list.size());
    for (JsonNode node : list) {
      items.add(PlanText.item(node, items.size() + 1, tools));
    }
    String fault = fault(items);
    return fault == null ? new Usable(PlanText.plan(found, items)) : new Faulty(fault);
  }

  private static @Nullable String fault(List<TodoItem> items) {
    Set<String> ids = new HashSet<>();
    for (TodoItem item : items) {
      String id = shown(item.id());
      if (item.id().length() > PlanText.ID_CHARS_MAX) {
        return "the id " + id + " is longer than " + PlanText.ID_CHARS_MAX + " characters";
      }
      if (!ids.add(item.id())) {
        return "the id " + id + " is used for more than one step";
      }
      if (item.description().isBlank()) {
        return "step " + id + " has no description";
      }
    }
    for (TodoItem item : items) {
      for (String dependency : item.dependencies()) {
        if (!ids.contains(dependency)) {
          return "step "
              + shown(item.id())
              + " depends on "
              + shown(dependency)
              + ", which is not a step of the plan";
        }
      }
    }
    List<String> circular = TodoGraph.circular(items);
    return circular.isEmpty()
        ? null
        : "dependencies form a circle, so these steps can never begin: "
            + Excerpt.of(String.join(", ", circular), 200);
  }

  private static String shown(String id) {
    return "'" + Excerpt.of(id, PlanText.ID_CHARS_MAX) + "'";
  }
}
