package dev.artserver.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/// Renders what a `kustomization.yaml` describes, as `kubectl kustomize` does, for the fields that
/// the files of `k8s/` use. Any other field is refused, so that none is silently left out. Names of
/// generated ConfigMaps get no hash.
final class Kustomization {
  private static final Set<String> FIELDS =
      Set.of("apiVersion", "kind", "resources", "components", "configMapGenerator", "patches");
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private final List<ObjectNode> objects = new ArrayList<>();

  private Kustomization() {}

  /// The objects of a directory.
  static List<ObjectNode> render(Path directory) {
    Kustomization whole = new Kustomization();
    whole.add(directory);
    return whole.objects;
  }

  /// The objects of a directory with a component more.
  static List<ObjectNode> render(Path directory, Path component) {
    Kustomization whole = new Kustomization();
    whole.add(directory);
    whole.add(component);
    return whole.objects;
  }

  /// The one document of a file.
  static ObjectNode read(Path file) {
    return (ObjectNode) documents(file).getFirst();
  }

  private void add(Path directory) {
    ObjectNode file = read(directory.resolve("kustomization.yaml"));
    file.fieldNames()
        .forEachRemaining(
            name -> require(FIELDS.contains(name), directory + ": field " + name + " is unknown"));
    for (JsonNode resource : file.path("resources")) {
      Path path = directory.resolve(resource.asText()).normalize();
      if (Files.isDirectory(path)) {
        add(path);
      } else {
        documents(path).forEach(document -> objects.add((ObjectNode) document));
      }
    }
    file.path("configMapGenerator").forEach(map -> objects.add(configMap(directory, map)));
    file.path("patches").forEach(patch -> patch(directory, patch));
    file.path("components")
        .forEach(component -> add(directory.resolve(component.asText()).normalize()));
  }

  private static ObjectNode configMap(Path directory, JsonNode generator) {
    only(generator, "name", "files");
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", generator.get("name").asText());
    ObjectNode data = map.putObject("data");
    for (JsonNode file : generator.get("files")) {
      data.put(file.asText(), text(directory.resolve(file.asText())));
    }
    return map;
  }

  /// JSON patches (RFC 6902) of one object.
  private void patch(Path directory, JsonNode patch) {
    only(patch, "path", "target");
    only(patch.get("target"), "kind", "name");
    String kind = patch.at("/target/kind").asText();
    String name = patch.at("/target/name").asText();
    List<ObjectNode> targets =
        objects.stream()
            .filter(one -> one.path("kind").asText().equals(kind))
            .filter(one -> one.at("/metadata/name").asText().equals(name))
            .toList();
    require(targets.size() == 1, directory + ": there must be one " + kind + " " + name);
    documents(directory.resolve(patch.get("path").asText()))
        .getFirst()
        .forEach(operation -> apply(operation, targets.getFirst()));
  }

  private static void apply(JsonNode operation, ObjectNode object) {
    JsonPointer path = JsonPointer.compile(operation.get("path").asText());
    String member = path.last().getMatchingProperty();
    String op = operation.get("op").asText();
    if (object.at(path.head()) instanceof ArrayNode array) {
      require(op.equals("add") && member.equals("-"), "only items at the end are added: " + path);
      array.add(operation.get("value"));
      return;
    }
    require(object.at(path.head()).isObject(), "no object at " + path.head());
    ObjectNode parent = (ObjectNode) object.at(path.head());
    require(op.equals("add") || parent.has(member), "nothing at " + path);
    switch (op) {
      case "add", "replace" -> parent.set(member, operation.get("value"));
      case "remove" -> parent.remove(member);
      default -> throw new IllegalArgumentException("operation " + op + " is unknown");
    }
  }

  /// Read one by one: `readValues` would take a list for many documents.
  private static List<JsonNode> documents(Path file) {
    List<JsonNode> found = new ArrayList<>();
    try (JsonParser parser = YAML.createParser(file.toFile())) {
      for (JsonNode next = YAML.readTree(parser); next != null; next = YAML.readTree(parser)) {
        found.add(next);
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void only(JsonNode node, String... names) {
    for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
      String name = given.next();
      require(Set.of(names).contains(name), "field " + name + " is unknown");
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
