package dev.artserver.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The schema of schemas: says whether a document is JSON Schema 2020-12. It reads the copies that
/// come with vertx-json-schema, never the network.
final class MetaSchema {
  private static final String SCHEMA = "https://json-schema.org/draft/2020-12/schema";
  private static final String VOCABULARY = "https://json-schema.org/draft/2020-12/meta/";
  private static final List<String> VOCABULARIES =
      List.of(
          "core",
          "applicator",
          "unevaluated",
          "validation",
          "meta-data",
          "format-annotation",
          "content");

  private final Validator validator;

  MetaSchema() {
    SchemaRepository schemas =
        SchemaRepository.create(
            new JsonSchemaOptions()
                .setBaseUri("https://json-schema.org/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic));
    schemas.dereference(SCHEMA, JsonSchema.of(read(SCHEMA)));
    for (String name : VOCABULARIES) {
      schemas.dereference(VOCABULARY + name, JsonSchema.of(read(VOCABULARY + name)));
    }
    validator = schemas.validator(SCHEMA);
  }

  /// What is wrong with `schema`, for its author; empty: nothing.
  Optional<String> violation(ObjectNode schema) {
    OutputUnit outcome = validator.validate(new JsonObject(schema.toString()));
    return Boolean.TRUE.equals(outcome.getValid())
        ? Optional.empty()
        : Optional.of(String.join("; ", new Violations(schema, outcome).sentences()));
  }

  private static JsonObject read(String uri) {
    String resource = uri.replace("https://", "");
    try (InputStream in =
        Objects.requireNonNull(
            MetaSchema.class.getClassLoader().getResourceAsStream(resource), resource)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
