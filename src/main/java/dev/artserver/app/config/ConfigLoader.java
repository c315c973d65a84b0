package dev.artserver.app.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Loads a configuration. Each key is taken from the first of: an argument, its environment
/// variable, the file, its default.
public final class ConfigLoader {
  private final Map<String, String> environment;

  /// @param environment the process's variables
  public ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// The environment's variable that overrides a key: `ART_SERVER_PORT` for `server.port`.
  public static String variable(String key) {
    return new KeyPath(key).variable();
  }

  /// Throws `ConfigException` with every fault: a file that is none, unknown keys, arguments and
  /// variables, values of the wrong type or out of bounds, and whatever the records' own
  /// constructors refuse (each line of their messages begins with a key, without its section).
  ///
  /// @param file empty: defaults, environment and arguments only
  public <C extends Record> C load(
      Class<C> configuration, Optional<Path> file, List<Argument> arguments) {
    ObjectNode keys = file.map(YamlFile::read).orElseGet(JsonNodeFactory.instance::objectNode);
    String fileName = file.map(Path::toString).orElse("configuration");
    Environment variables = new Environment(environment);
    List<String> faults = new ArrayList<>();
    Arguments given = new Arguments(arguments);
    ValueReader values = new ValueReader(fileName, variables, given, faults);

    Node.Group root = Node.of(configuration);
    Record loaded = new Reading(fileName, values, faults).group(root, KeyPath.ROOT, keys);

    faults.addAll(
        variables.strangers(
            root.members().stream().map(member -> KeyPath.ROOT.child(member.name())).toList()));
    faults.addAll(given.strangers());
    if (loaded == null || !faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return configuration.cast(loaded);
  }
}
