package dev.artserver.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Failure.Violation;
import java.util.List;

/// A compiled JSON Schema: checks a Jackson tree in about a microsecond and says where it is wrong.
///
/// @param rules its keywords; each looks only at the kinds of values it is about
public record Schema(List<Rule> rules) {
  /// Violations reported at most; a body with more is wrong enough.
  static final int VIOLATIONS_MAX = 20;

  public Schema {
    rules = List.copyOf(rules);
  }

  /// One keyword.
  @FunctionalInterface
  interface Rule {
    void check(JsonNode value, ValuePath place, List<Violation> found);
  }

  /// Adds to `found` what is wrong with `value` at `place`.
  public void check(JsonNode value, ValuePath place, List<Violation> found) {
    for (Rule rule : rules) {
      if (found.size() >= VIOLATIONS_MAX) {
        return;
      }
      rule.check(value, place, found);
    }
  }

  static void report(List<Violation> found, ValuePath place, String rule, JsonNode value) {
    found.add(
        new Violation(place.pointer(), rule, value.isContainerNode() ? null : value.asText()));
  }
}
