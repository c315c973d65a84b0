package dev.artserver.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure.Violation;
import io.vertx.json.schema.OutputUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// What a validator found, as messages a model can act on. The validator reports every rule on the
/// way to a violation as violated too, and, once one member is wrong, calls its siblings
/// superfluous; both are left out here.
///
/// @param schema what was checked against
/// @param outcome of a validator with basic output
record Violations(JsonNode schema, OutputUnit outcome) {
  private static final int SENTENCES_MAX = 20;

  /// One violation. `at` and `rule` are JSON Pointers in URI form, into value and schema.
  private record Finding(String at, String rule, String error) {
    /// Whether this violation is a more exact form of `other`.
    boolean explains(Finding other) {
      return rule.startsWith(other.rule + "/") && at.startsWith(other.at);
    }

    String keyword() {
      return rule.substring(rule.lastIndexOf('/') + 1);
    }

    String sentence() {
      String pointer = at.substring(1);
      return switch (keyword()) {
        case "required" -> pointer + "/" + quoted() + " is required";
        case "additionalProperties", "unevaluatedProperties" -> pointer + " is not allowed";
        case "type" -> subject() + " must be " + type();
        case "enum" -> subject() + " must be one of " + after("any of ");
        case "const" -> subject() + " must be " + after("match ");
        default ->
            subject() + ": " + error.substring(0, 1).toLowerCase(Locale.ROOT) + error.substring(1);
      };
    }

    /// The sentence in two parts: where, and which rule.
    Violation violation(String base) {
      String pointer = at.substring(1);
      String sentence = sentence();
      String subject = subject();
      String rule =
          sentence.startsWith(subject)
              ? sentence.substring(subject.length()).replaceFirst("^[: ]+", "")
              : sentence;
      return keyword().equals("required")
          ? new Violation(base + pointer + "/" + quoted(), "is required", null)
          : new Violation(base + pointer, rule, null);
    }

    private String subject() {
      return at.equals("#") ? "the arguments" : at.substring(1);
    }

    private String quoted() {
      return error.substring(error.indexOf('"') + 1, error.lastIndexOf('"'));
    }

    private String after(String words) {
      return error.substring(error.indexOf(words) + words.length());
    }

    private String type() {
      String type = after("Expected ");
      return switch (type) {
        case "array", "integer", "object" -> "an " + type;
        case "boolean", "number", "string" -> "a " + type;
        default -> type;
      };
    }
  }

  /// The same with a pointer each, which begins with `base`.
  List<Violation> at(String base) {
    return findings().stream().map(finding -> finding.violation(base)).distinct().toList();
  }

  /// At most 20 messages, such as `/expression must be a string`.
  List<String> sentences() {
    return findings().stream().map(Finding::sentence).distinct().toList();
  }

  private List<Finding> findings() {
    List<Finding> findings =
        Objects.requireNonNullElse(outcome.getErrors(), List.<OutputUnit>of()).stream()
            .map(unit ->
                new Finding(unit.getInstanceLocation(), unit.getKeywordLocation(), unit.getError()))
            .filter(finding -> !declared(finding))
            .toList();
    return findings.stream()
        .filter(finding -> findings.stream().noneMatch(other -> other.explains(finding)))
        .limit(SENTENCES_MAX)
        .toList();
  }

  /// Whether a member that is called superfluous is in the schema after all.
  private boolean declared(Finding finding) {
    if (!finding.keyword().equals("additionalProperties")) {
      return false;
    }
    String owner = finding.rule.substring(1, finding.rule.lastIndexOf('/'));
    String member = finding.at.substring(finding.at.lastIndexOf('/') + 1);
    return schema.at(owner) instanceof ObjectNode object
        && object.path("properties").has(member.replace("~1", "/").replace("~0", "~"));
  }
}
