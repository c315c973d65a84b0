package dev.artserver.app.config;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The environment's variables, and which of them were asked for.
final class Environment {
  /// What Kubernetes and Docker set by themselves for a service that is called `art-server`, and
  /// would otherwise look like keys: `ART_SERVER_PORT=tcp://…`, `ART_SERVER_SERVICE_HOST`.
  private static final Pattern SERVICE_LINK_NAME =
      Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern SERVICE_LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> variables;
  private final Set<String> known = new HashSet<>();

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /// The value that overrides a key.
  Optional<String> override(KeyPath key) {
    known.add(key.variable());
    return Optional.ofNullable(variables.get(key.variable()))
        .filter(value -> !isServiceLink(key.variable(), value));
  }

  /// Any variable, for `${env:NAME}`.
  Optional<String> value(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /// A fault for each variable that looks like a key of one of these sections and is none.
  List<String> strangers(Collection<KeyPath> sections) {
    return variables.entrySet().stream()
        .filter(variable -> looksLikeKey(variable.getKey(), sections))
        .filter(variable -> !known.contains(variable.getKey()))
        .filter(variable -> !isServiceLink(variable.getKey(), variable.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .map(this::fault)
        .toList();
  }

  private static boolean looksLikeKey(String name, Collection<KeyPath> sections) {
    return sections.stream()
        .map(KeyPath::variable)
        .anyMatch(section -> name.equals(section) || name.startsWith(section + "_"));
  }

  private static boolean isServiceLink(String name, String value) {
    return SERVICE_LINK_NAME.matcher(name).matches() || SERVICE_LINK_VALUE.matcher(value).matches();
  }

  private String fault(String name) {
    return name
        + " in the environment overrides no key"
        + Nearest.to(name, known).map(near -> "; did you mean " + near + "?").orElse("");
  }
}
