package dev.artserver.store.file;

import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The few types of facts that the index `facts_landmarks` covers: messages, and where runs begin
/// and end.
final class Landmarks {
  static final Set<String> TYPES = types();

  /// The same as SQL. A query must repeat it word for word to use the index, so when a new end of a
  /// run changes it, the index must be made anew.
  static final String SQL =
      TYPES.stream()
          .map(type -> "'" + type + "'")
          .collect(Collectors.joining(",", "type IN (", ")"));

  private Landmarks() {}

  private static Set<String> types() {
    Set<String> types = new LinkedHashSet<>();
    types.add(FactJson.type(ThreadEvent.MessageAdded.class));
    types.add(FactJson.type(ThreadEvent.RunQueued.class));
    ThreadEvent.kinds(ThreadEvent.RunEnd.class).forEach(end -> types.add(FactJson.type(end)));
    return Collections.unmodifiableSet(types);
  }
}
