package dev.artserver.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Reads one YAML document from a file.
final class YamlFile {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private YamlFile() {}

  /// The document's keys; none for an empty file. Throws `ConfigException` when the file cannot be
  /// read or holds anything else.
  static ObjectNode read(Path file) {
    try (var text = Files.newBufferedReader(file)) {
      JsonNode root = MAPPER.readTree(text);
      if (root.isMissingNode() || root.isNull()) {
        return JsonNodeFactory.instance.objectNode();
      }
      if (root instanceof ObjectNode keys) {
        return keys;
      }
      throw new ConfigException(List.of(file + ": must hold keys and values"));
    } catch (JsonProcessingException notYaml) {
      String why = notYaml.getOriginalMessage().lines().findFirst().orElse("cannot be parsed");
      int line = notYaml.getLocation() == null ? 0 : notYaml.getLocation().getLineNr();
      throw new ConfigException(
          List.of(file + (line > 0 ? ": line " + line : "") + ": is not valid YAML: " + why));
    } catch (NoSuchFileException missing) {
      throw new ConfigException(List.of(file + ": there is no such file"));
    } catch (IOException unreadable) {
      throw new ConfigException(List.of(file + ": cannot be read: " + unreadable.getMessage()));
    }
  }
}
