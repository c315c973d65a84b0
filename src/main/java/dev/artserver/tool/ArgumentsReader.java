package dev.artserver.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ToolSpec;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;

/// Turns the text a model wrote into arguments that fit one tool's schema. Safe for use by many
/// threads.
final class ArgumentsReader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final int EXPONENT_MAX = 1_000;
  private static final ObjectReader TREE = JSON.readerFor(JsonNode.class);

  private final ToolSpec spec;
  private final Validator validator;

  /// The arguments cannot be used; the message tells the model what to write instead.
  static final class InvalidArguments extends Exception {
    InvalidArguments(String message) {
      super(message, null, false, false);
    }
  }

  ArgumentsReader(ToolSpec spec) {
    this.spec = spec;
    validator =
        Validator.create(
            JsonSchema.of(new JsonObject(spec.inputSchema().toString())),
            new JsonSchemaOptions()
                .setBaseUri("tool:" + spec.name())
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
  }

  /// Blank text counts as `{}`: models call tools without arguments that way.
  ObjectNode read(String text) throws InvalidArguments {
    ObjectNode arguments = parse(text);
    OutputUnit outcome = validator.validate(asVertxJson(arguments));
    if (!Boolean.TRUE.equals(outcome.getValid())) {
      throw invalid(String.join("; ", new Violations(spec.inputSchema(), outcome).sentences()));
    }
    return arguments;
  }

  private ObjectNode parse(String text) throws InvalidArguments {
    if (text.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    JsonNode node;
    try {
      node = TREE.readTree(text);
    } catch (JsonProcessingException e) {
      throw invalid(
          "this is not valid JSON: "
              + e.getOriginalMessage().lines().findFirst().orElse("")
              + " (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + "); write one JSON object");
    }
    if (node instanceof ObjectNode object) {
      checkNumbers(object, "");
      return object;
    }
    throw invalid("they must be a JSON object, got " + kind(node));
  }

  /// Refuses numbers like 1e999999999: few characters, but converting them to an integer takes
  /// minutes.
  private void checkNumbers(JsonNode node, String pointer) throws InvalidArguments {
    if (node.isBigDecimal()) {
      BigDecimal number = node.decimalValue();
      if (Math.abs((long) number.precision() - number.scale()) > EXPONENT_MAX) {
        throw invalid(pointer + " is a number out of range");
      }
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      checkNumbers(member.getValue(), pointer + "/" + member.getKey());
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      checkNumbers(node.get(i), pointer + "/" + i);
    }
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("unchecked") // an object's map has string keys
  private static JsonObject asVertxJson(ObjectNode node) {
    return new JsonObject((Map<String, Object>) JSON.convertValue(node, Map.class));
  }

  private InvalidArguments invalid(String reason) {
    return new InvalidArguments("Invalid arguments for tool '" + spec.name() + "': " + reason);
  }
}
