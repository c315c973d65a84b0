package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ApprovalRule;
import dev.artserver.model.ClientTool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `approvals` and `clientTools` out of a client's patch of a configuration.
final class ToolGates {
  private static final int RULES_MAX = 256;
  private static final int CLIENT_TOOLS_MAX = 64;
  private static final int DESCRIPTION_MAX = 4_096;
  private static final int SCHEMA_CHARS_MAX = 16_384;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private ToolGates() {}

  /// A merge patch: a rule of null is removed.
  static Map<String, ApprovalRule> approvals(
      Map<String, ApprovalRule> current, Map<String, ApprovalRule> defaults, PatchNode patch) {
    if (patch.isNull("approvals")) {
      return defaults;
    }
    PatchNode rules = patch.child("approvals");
    Map<String, ApprovalRule> next = new HashMap<>(current);
    for (Map.Entry<String, JsonNode> rule : rules.node().properties()) {
      String tool = rule.getKey();
      if (rule.getValue().isNull()) {
        next.remove(tool);
      } else {
        next.put(tool, rules.word(tool, ApprovalRule.ALWAYS, ApprovalRule.ALWAYS));
      }
    }
    if (next.size() > RULES_MAX) {
      throw patch.wrong("approvals", "must have at most " + RULES_MAX + " members");
    }
    return next;
  }

  /// A list is replaced as a whole.
  static List<ClientTool> clientTools(
      List<ClientTool> current, List<ClientTool> defaults, PatchNode patch) {
    JsonNode value = patch.node().get("clientTools");
    if (value == null) {
      return current;
    }
    if (value.isNull()) {
      return defaults;
    }
    if (!value.isArray() || value.size() > CLIENT_TOOLS_MAX) {
      throw patch.wrong("clientTools", "must be an array of at most " + CLIENT_TOOLS_MAX);
    }
    List<ClientTool> tools = new ArrayList<>();
    for (JsonNode one : value) {
      String place = patch.at("clientTools") + "/" + tools.size();
      if (!(one instanceof ObjectNode node)) {
        throw PatchNode.wrong(place, "must be an object", one.toString());
      }
      ClientTool tool = clientTool(new PatchNode(place, node));
      for (ClientTool other : tools) {
        if (other.name().equals(tool.name())) {
          throw PatchNode.wrong(place + "/name", "must be unique", tool.name());
        }
      }
      tools.add(tool);
    }
    return tools;
  }

  private static ClientTool clientTool(PatchNode in) {
    in.only(Set.of("name", "description", "inputSchema", "outputSchema"));
    String name = in.name("name", "", "");
    if (!NAME.matcher(name).matches()) {
      throw in.wrong("name", "must be 1 to 64 characters of A-Za-z0-9_-");
    }
    String description = in.name("description", "", "");
    if (description.length() > DESCRIPTION_MAX) {
      throw in.wrong("description", "must be at most " + DESCRIPTION_MAX + " characters");
    }
    ObjectNode input = schema(in, "inputSchema");
    if (input == null) {
      throw in.wrong("inputSchema", "is required");
    }
    return new ClientTool(name, description, input, schema(in, "outputSchema"));
  }

  private static @Nullable ObjectNode schema(PatchNode in, String name) {
    if (!in.node().hasNonNull(name)) {
      return null;
    }
    ObjectNode schema = in.child(name).node();
    if (schema.toString().length() > SCHEMA_CHARS_MAX) {
      throw PatchNode.wrong(
          in.at(name), "must be at most " + SCHEMA_CHARS_MAX + " characters of JSON", null);
    }
    return schema;
  }
}
