package dev.artserver.http.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.Failure.Violation;
import java.util.List;

/// One parameter of an operation.
///
/// @param prefix whether `name` is the beginning of the names of many parameters
public record ContractParameter(
    String name, In in, boolean required, boolean prefix, Kind kind, Schema schema) {
  /// The part of the request that has it.
  public enum In {
    PATH,
    QUERY,
    HEADER
  }

  /// What its text means.
  enum Kind {
    TEXT,
    INTEGER,
    BOOLEAN,
    /// Texts separated by commas.
    LIST
  }

  public static ContractParameter of(SchemaCompiler compiler, JsonNode reference) {
    JsonNode node = compiler.resolve(reference);
    JsonNode schema = node.get("schema");
    Kind kind =
        switch (compiler.resolve(schema).path("type").asText()) {
          case "integer" -> Kind.INTEGER;
          case "boolean" -> Kind.BOOLEAN;
          case "array" -> Kind.LIST;
          default -> Kind.TEXT;
        };
    In in =
        switch (node.get("in").asText()) {
          case "path" -> In.PATH;
          case "query" -> In.QUERY;
          case "header" -> In.HEADER;
          default -> throw new IllegalArgumentException("a parameter is in " + node.get("in"));
        };
    String prefix = node.path("x-name-prefix").asText();
    return new ContractParameter(
        prefix.isEmpty() ? node.get("name").asText() : prefix,
        in,
        node.path("required").asBoolean(),
        !prefix.isEmpty(),
        kind,
        compiler.compile(schema));
  }

  /// What `text` means; what is wrong with it is added to `found`.
  public JsonNode read(String text, List<Violation> found) {
    JsonNode value = parse(text);
    schema.check(value, ValuePath.parameter(name), found);
    return value;
  }

  /// A text that is not of its kind stays a text, and the schema's type refuses it.
  private JsonNode parse(String text) {
    return switch (kind) {
      case TEXT -> TextNode.valueOf(text);
      case BOOLEAN ->
          switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            default -> TextNode.valueOf(text);
          };
      case INTEGER -> {
        try {
          yield LongNode.valueOf(Long.parseLong(text));
        } catch (NumberFormatException e) {
          yield TextNode.valueOf(text);
        }
      }
      case LIST -> {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String item : text.split(",", -1)) {
          list.add(item.strip());
        }
        yield list;
      }
    };
  }
}
