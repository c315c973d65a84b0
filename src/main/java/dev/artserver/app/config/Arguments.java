package dev.artserver.app.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The values given on the command line, and which keys were asked for.
final class Arguments {
  private final List<Argument> all;
  private final Map<String, Argument> byKey;
  private final Set<String> known = new HashSet<>();

  Arguments(List<Argument> all) {
    this.all = List.copyOf(all);
    this.byKey = all.stream().collect(Collectors.toMap(Argument::key, Function.identity()));
  }

  /// The value that overrides a key.
  Optional<Argument> override(KeyPath key) {
    known.add(key.dotted());
    return Optional.ofNullable(byKey.get(key.dotted()));
  }

  /// A fault for each that sets what is no key.
  List<String> strangers() {
    return all.stream()
        .filter(argument -> !known.contains(argument.key()))
        .map(this::fault)
        .toList();
  }

  private String fault(Argument stranger) {
    return stranger.option()
        + ": "
        + stranger.key()
        + " is not a key"
        + Nearest.to(stranger.key(), known).map(near -> "; did you mean " + near + "?").orElse("");
  }
}
