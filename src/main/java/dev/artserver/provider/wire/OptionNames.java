package dev.artserver.provider.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/// A service's names for the parameters of a request.
///
/// @param names our words for what the service names otherwise
/// @param own what an option must not replace, and what the service does not take
public record OptionNames(Map<String, String> names, Set<String> own) {
  public OptionNames {
    names = Map.copyOf(names);
    own = Set.copyOf(own);
  }

  /// Options go along under the service's names; options we have no name for pass unchanged.
  public void addTo(ObjectNode target, ObjectNode options) {
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      String name = names.getOrDefault(option.getKey(), option.getKey());
      if (!own.contains(name)) {
        target.set(name, option.getValue());
      }
    }
  }

  /// `stop` may be one text or several; some services want a list always.
  public static void asList(ObjectNode target, String name) {
    JsonNode value = target.get(name);
    if (value != null && value.isTextual()) {
      target.putArray(name).add(value);
    }
  }
}
