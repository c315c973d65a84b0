package dev.artserver.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Failure.Violation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks values against schemas that come with a thread or a question. They are compiled for one
/// check, since each is rarely used twice. Safe for use by many threads.
public final class Schemas {
  private static final JsonMapper JSON = new JsonMapper();

  private final MetaSchema metaSchema = new MetaSchema();

  /// What is wrong with a schema, for its author; empty: nothing.
  public Optional<String> violation(ObjectNode schema) {
    Optional<String> wrong = metaSchema.violation(schema);
    if (wrong.isPresent()) {
      return wrong;
    }
    try {
      validator(schema);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("it cannot be used: " + e.getMessage());
    }
  }

  /// Whether `value` fits `schema`; a schema that cannot be used fits nothing.
  public boolean fits(ObjectNode schema, JsonNode value) {
    return check(schema, value, "").isEmpty();
  }

  /// What is wrong with `value`, each with a pointer that begins with `pointer`; empty: nothing.
  public List<Violation> check(ObjectNode schema, JsonNode value, String pointer) {
    OutputUnit outcome;
    try {
      outcome = validator(schema).validate(plain(value));
    } catch (RuntimeException e) {
      // The schema is foreign: whatever the validator throws, the answer is refused.
      return List.of(new Violation(pointer, "cannot be checked: " + e.getMessage(), null));
    }
    return Boolean.TRUE.equals(outcome.getValid())
        ? List.of()
        : new Violations(schema, outcome).at(pointer);
  }

  private static @Nullable Object plain(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> new JsonObject(value.toString());
      case ARRAY -> new JsonArray(value.toString());
      default -> JSON.convertValue(value, Object.class);
    };
  }

  private static Validator validator(ObjectNode schema) {
    return Validator.create(
        JsonSchema.of(new JsonObject(schema.toString())),
        new JsonSchemaOptions()
            .setBaseUri("tool:answer")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic));
  }
}
