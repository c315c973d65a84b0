package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.http.contract.Schema;
import dev.artserver.http.contract.SchemaCompiler;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.model.Failure.Violation;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The compiled schemas against an independent implementation: whatever the body, the verdict is
/// the same.
class SchemaTest {
  private static final int BODIES = 400;
  private static final JsonNode DOCUMENT = ContractAnswers.read();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "StartRun",
        "CreateThread",
        "ThreadPatch",
        "StateBatch",
        "JsonPatch",
        "NewMessage",
        "SocketCommand",
        "SystemPrompt",
        "RunOptions"
      })
  void the_verdict_is_that_of_another_validator(String name) {
    String ref = "#/components/schemas/" + name;
    Schema ours = new SchemaCompiler(DOCUMENT).compile(NODES.objectNode().put("$ref", ref));
    var theirs = theirs(ref);
    long seed = name.hashCode();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int fitting = 0;

    for (int i = 0; i < BODIES; i++) {
      JsonNode body = body(DOCUMENT.at(ref.substring(1)), random, i % 3 != 0);
      List<Violation> wrong = new ArrayList<>();
      ours.check(body, ValuePath.BODY, wrong);
      boolean fits = theirs.validate(Json.decodeValue(body.toString())).getValid();

      assertThat(wrong.isEmpty())
          .as("seed %d, body %d: %s; ours %s", seed, i, body, wrong)
          .isEqualTo(fits);
      fitting += fits ? 1 : 0;
    }

    assertThat(fitting).as("bodies that fit").isBetween(BODIES / 20, BODIES * 19 / 20);
  }

  private static io.vertx.json.schema.Validator theirs(String ref) {
    String base = "https://contract.example/";
    SchemaRepository repository =
        SchemaRepository.create(
            new JsonSchemaOptions()
                .setBaseUri(base)
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Flag));
    JsonObject document =
        new JsonObject().put("components", new JsonObject(DOCUMENT.get("components").toString()));
    repository.dereference(base, JsonSchema.of(document));
    return repository.validator(JsonSchema.of(new JsonObject().put("$ref", base + ref)));
  }

  /// A body for `schema`; a good one, or one that may be wrong anywhere.
  private static JsonNode body(JsonNode schema, RandomGenerator random, boolean good) {
    if (schema.has("$ref")) {
      return body(DOCUMENT.at(schema.get("$ref").asText().substring(1)), random, good);
    }
    if (!good && random.nextInt(12) == 0) {
      return anything(random);
    }
    if (schema.has("oneOf")) {
      JsonNode branches = schema.get("oneOf");
      return body(branches.get(random.nextInt(branches.size())), random, good);
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
    }
    JsonNode types = schema.path("type");
    String type =
        types.isArray() ? types.get(random.nextInt(types.size())).asText() : types.asText("any");
    return switch (type) {
      case "object" -> object(schema, random, good);
      case "array" -> array(schema, random, good);
      case "string" -> NODES.textNode(text(schema, random, good));
      case "integer" -> integer(schema, random, good);
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "null" -> NODES.nullNode();
      default -> anything(random);
    };
  }

  private static JsonNode object(JsonNode schema, RandomGenerator random, boolean good) {
    ObjectNode object = NODES.objectNode();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    boolean whole = schema.has("dependentRequired") && good;
    for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
      boolean needed = required.contains(member.getKey()) && (good || random.nextInt(8) > 0);
      if (needed || whole || random.nextInt(3) == 0) {
        object.set(member.getKey(), body(member.getValue(), random, good));
      }
    }
    if (schema.path("additionalProperties").isObject()) {
      object.set("some", body(schema.get("additionalProperties"), random, good));
    }
    if (!good && random.nextInt(8) == 0) {
      object.put("unknown", 1);
    }
    return object;
  }

  private static JsonNode array(JsonNode schema, RandomGenerator random, boolean good) {
    ArrayNode array = NODES.arrayNode();
    int size = random.nextInt(good ? 1 : 0, 4);
    for (int i = 0; i < size; i++) {
      array.add(body(schema.path("items"), random, good));
    }
    return array;
  }

  private static String text(JsonNode schema, RandomGenerator random, boolean good) {
    int most = Math.min(40, schema.path("maxLength").asInt(40));
    String text = "a".repeat(random.nextInt(1, most + 1));
    if (good) {
      return text;
    }
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "b/c d";
      case 2 -> "\uD83D\uDE00".repeat(schema.path("maxLength").asInt(1) % 1_000);
      case 3 -> "x".repeat(schema.path("maxLength").asInt(1) % 1_000 + 1);
      default -> text;
    };
  }

  private static JsonNode integer(JsonNode schema, RandomGenerator random, boolean good) {
    long least = schema.path("minimum").asLong(0);
    long most = schema.path("maximum").asLong(1_000);
    if (good) {
      return NODES.numberNode(random.nextLong(least, most + 1));
    }
    return switch (random.nextInt(4)) {
      case 0 -> NODES.numberNode(least - 1);
      case 1 -> NODES.numberNode(most + 1);
      case 2 -> NODES.numberNode(least + 1.5);
      default -> NODES.numberNode(least + 0.0);
    };
  }

  private static JsonNode anything(RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(true);
      case 2 -> NODES.numberNode(7);
      case 3 -> NODES.textNode("x");
      case 4 -> NODES.arrayNode().add(1);
      default -> NODES.objectNode().put("x", 1);
    };
  }
}
