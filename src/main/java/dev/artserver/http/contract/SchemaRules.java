package dev.artserver.http.contract;

import static dev.artserver.http.contract.Schema.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.http.contract.Schema.Rule;
import dev.artserver.model.Failure.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The keywords of JSON Schema 2020-12 that the contract uses. As in the standard, a keyword about
/// one kind of value accepts every value of another kind.
final class SchemaRules {
  private SchemaRules() {}

  static Rule type(List<String> types) {
    String rule = "must be " + String.join(" or ", types.stream().map(SchemaRules::named).toList());
    return (value, place, found) -> {
      for (String type : types) {
        if (isOf(type, value)) {
          return;
        }
      }
      report(found, place, rule, value);
    };
  }

  private static String named(String type) {
    return switch (type) {
      case "null" -> "null";
      case "array", "integer", "object" -> "an " + type;
      default -> "a " + type;
    };
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "string" -> value.isTextual();
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.canConvertToExactIntegral();
      default -> throw new IllegalStateException("unknown type in a schema: " + type);
    };
  }

  static Rule oneOfValues(List<JsonNode> values) {
    String rule =
        values.size() == 1
            ? "must be '" + values.getFirst().asText() + "'"
            : "must be one of " + String.join(", ", values.stream().map(JsonNode::asText).toList());
    return (value, place, found) -> {
      if (!values.contains(value)) {
        report(found, place, rule, value);
      }
    };
  }

  static Rule minLength(int least) {
    return (value, place, found) -> {
      if (value.isTextual() && characters(value.textValue()) < least) {
        report(found, place, "must have at least " + least + " characters", value);
      }
    };
  }

  static Rule maxLength(int most) {
    return (value, place, found) -> {
      // Counting code points is only needed when there are more units than allowed.
      if (value.isTextual()
          && value.textValue().length() > most
          && characters(value.textValue()) > most) {
        report(found, place, "must have at most " + most + " characters", value);
      }
    };
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  static Rule pattern(Pattern pattern) {
    return (value, place, found) -> {
      if (value.isTextual() && !pattern.matcher(value.textValue()).find()) {
        report(found, place, "must match " + pattern.pattern(), value);
      }
    };
  }

  static Rule minimum(long least) {
    return (value, place, found) -> {
      if (value.isNumber() && value.doubleValue() < least) {
        report(found, place, "must be at least " + least, value);
      }
    };
  }

  static Rule maximum(long most) {
    return (value, place, found) -> {
      if (value.isNumber() && value.doubleValue() > most) {
        report(found, place, "must be at most " + most, value);
      }
    };
  }

  static Rule minItems(int least) {
    return (value, place, found) -> {
      if (value.isArray() && value.size() < least) {
        report(found, place, "must have at least " + least + " items", value);
      }
    };
  }

  static Rule maxItems(int most) {
    return (value, place, found) -> {
      if (value.isArray() && value.size() > most) {
        report(found, place, "must have at most " + most + " items", value);
      }
    };
  }

  static Rule maxProperties(int most) {
    return (value, place, found) -> {
      if (value.isObject() && value.size() > most) {
        report(found, place, "must have at most " + most + " members", value);
      }
    };
  }

  /// `format: password`: no violation repeats the value.
  static Rule secret(Schema schema) {
    return (value, place, found) -> {
      List<Violation> wrong = new ArrayList<>();
      schema.check(value, place, wrong);
      wrong.forEach(one -> found.add(new Violation(one.pointer(), one.rule(), null)));
    };
  }

  static Rule items(Schema item) {
    return (value, place, found) -> {
      if (value.isArray()) {
        for (int i = 0; i < value.size(); i++) {
          item.check(value.get(i), place.member(Integer.toString(i)), found);
        }
      }
    };
  }

  static Rule required(List<String> names) {
    return (value, place, found) -> {
      if (value.isObject()) {
        for (String name : names) {
          missing(value, name, place, found);
        }
      }
    };
  }

  static Rule dependentRequired(Map<String, List<String>> dependents) {
    return (value, place, found) ->
        dependents.forEach((present, names) -> {
          if (value.has(present)) {
            names.forEach(name -> missing(value, name, place, found));
          }
        });
  }

  private static void missing(JsonNode value, String name, ValuePath place, List<Violation> found) {
    if (!value.has(name)) {
      found.add(new Violation(place.member(name).pointer(), "is required", null));
    }
  }

  static Rule properties(Map<String, Schema> properties) {
    return (value, place, found) -> {
      if (value.isObject()) {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
          Schema schema = properties.get(member.getKey());
          if (schema != null) {
            schema.check(member.getValue(), place.member(member.getKey()), found);
          }
        }
      }
    };
  }

  static Rule noOthers(Set<String> known, boolean allowed) {
    return (value, place, found) -> {
      if (value.isObject() && !allowed) {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
          if (!known.contains(member.getKey())) {
            found.add(new Violation(place.member(member.getKey()).pointer(), "is unknown", null));
          }
        }
      }
    };
  }

  static Rule others(Set<String> known, Schema schema) {
    return (value, place, found) -> {
      if (value.isObject()) {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
          if (!known.contains(member.getKey())) {
            schema.check(member.getValue(), place.member(member.getKey()), found);
          }
        }
      }
    };
  }

  static Rule oneOf(List<Schema> branches) {
    return (value, place, found) -> {
      int fitting = 0;
      for (Schema branch : branches) {
        List<Violation> wrong = new ArrayList<>();
        branch.check(value, place, wrong);
        fitting += wrong.isEmpty() ? 1 : 0;
      }
      if (fitting != 1) {
        report(found, place, "must fit exactly one of the allowed forms", value);
      }
    };
  }

  /// `oneOf` whose branches differ in the value of one member. Violations are then those of the
  /// branch that the value names.
  static Rule discriminated(String property, Map<String, Schema> mapping) {
    String rule = "must be one of " + String.join(", ", mapping.keySet());
    return (value, place, found) -> {
      JsonNode kind = value.path(property);
      Schema branch = kind.isTextual() ? mapping.get(kind.textValue()) : null;
      if (branch != null) {
        branch.check(value, place, found);
      } else if (value.isObject()) {
        report(found, place.member(property), rule, kind);
      } else {
        report(found, place, "must be an object", value);
      }
    };
  }
}
