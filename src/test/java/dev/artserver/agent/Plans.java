package dev.artserver.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Plans as a model writes them.
final class Plans {
  private Plans() {}

  static String plan(ObjectNode... items) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    plan.put("title", "A title").put("intent", "An intent").put("plan", "An approach");
    ArrayNode list = plan.putArray("todoList");
    List.of(items).forEach(list::add);
    return plan.toString();
  }

  static ObjectNode item(String id, String... dependencies) {
    ObjectNode item = JsonNodeFactory.instance.objectNode();
    item.put("id", id).put("description", "do " + id);
    List.of(dependencies).forEach(item.withArray("dependencies")::add);
    return item;
  }

  static ObjectNode using(ObjectNode item, String... tools) {
    List.of(tools).forEach(item.withArray("requiredTools")::add);
    return item;
  }
}
