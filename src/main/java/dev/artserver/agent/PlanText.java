package dev.artserver.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Excerpt;
import dev.artserver.model.Plan;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolSpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of a plan under the names that models give them.
final class PlanText {
  static final int ID_CHARS_MAX = 64;

  private static final int TITLE_WORDS_MAX = 10;
  private static final int TITLE_CHARS_MAX = 120;
  private static final String THOUGHT_ENDS = "</think>";
  private static final List<String> LISTS =
      List.of("todoList", "todo_list", "todolist", "todos", "steps", "plan");
  private static final List<String> IDS = List.of("id", "stepId", "step_id", "step");
  private static final List<String> DESCRIPTIONS = List.of("description", "task", "title", "step");
  private static final List<String> OUTCOMES =
      List.of("expectedOutcome", "expected_outcome", "outcome");
  private static final List<String> TOOLS =
      List.of("requiredTools", "required_tools", "tools", "tool_to_use", "tool");
  private static final List<String> DEPENDENCIES =
      List.of("dependencies", "dependsOn", "depends_on");

  private PlanText() {}

  /// The plan in a text. A plan after the model's thoughts is preferred to drafts inside them.
  static @Nullable ObjectNode find(String text) {
    int thought = text.lastIndexOf(THOUGHT_ENDS);
    ObjectNode found =
        thought < 0 ? null : JsonSearch.find(text.substring(thought), PlanText::hasList);
    return found != null ? found : JsonSearch.find(text, PlanText::hasList);
  }

  private static boolean hasList(ObjectNode plan) {
    return LISTS.stream().anyMatch(name -> plan.path(name).isArray());
  }

  /// The todo list of a plan that was found.
  static ArrayNode list(ObjectNode plan) {
    for (String name : LISTS) {
      if (plan.get(name) instanceof ArrayNode list) {
        return list;
      }
    }
    return plan.arrayNode();
  }

  static Plan plan(ObjectNode plan, List<TodoItem> items) {
    return new Plan(
        text(plan, List.of("intent")),
        title(text(plan, List.of("title"))),
        text(plan, List.of("plan", "approach")),
        items);
  }

  /// @param position counts from 1; used as the id of an item without one
  static TodoItem item(JsonNode node, int position, List<ToolSpec> tools) {
    String id = text(node, IDS);
    String outcome = text(node, OUTCOMES);
    return new TodoItem(
        id.isEmpty() ? Integer.toString(position) : id,
        node.isTextual() ? node.asText().strip() : text(node, DESCRIPTIONS),
        TodoStatus.PENDING,
        List.copyOf(texts(node, DEPENDENCIES)),
        known(texts(node, TOOLS), tools),
        outcome.isEmpty() ? null : outcome,
        null);
  }

  private static List<String> known(Set<String> names, List<ToolSpec> tools) {
    return tools.stream()
        .map(ToolSpec::name)
        .filter(tool -> names.stream().anyMatch(tool::equalsIgnoreCase))
        .toList();
  }

  private static String title(String text) {
    String[] words = text.split("\\s+");
    int count = Math.min(words.length, TITLE_WORDS_MAX);
    String title = String.join(" ", Arrays.asList(words).subList(0, count));
    return Excerpt.head(title, TITLE_CHARS_MAX);
  }

  /// The first member of these that is a text or a number; empty: none.
  private static String text(JsonNode node, List<String> names) {
    for (String name : names) {
      JsonNode value = node.path(name);
      if (value.isTextual() || value.isNumber()) {
        String text = value.asText().strip();
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return "";
  }

  /// The texts and numbers in the first of these members that is present, a single value or a list.
  private static Set<String> texts(JsonNode node, List<String> names) {
    Set<String> texts = new LinkedHashSet<>();
    for (String name : names) {
      JsonNode value = node.path(name);
      if (value.isArray()) {
        value.forEach(element -> add(texts, element));
      } else {
        add(texts, value);
      }
      if (value.isContainerNode() || !texts.isEmpty()) {
        break;
      }
    }
    return texts;
  }

  private static void add(Set<String> texts, JsonNode value) {
    if ((value.isTextual() || value.isNumber()) && !value.asText().isBlank()) {
      texts.add(value.asText().strip());
    }
  }
}
