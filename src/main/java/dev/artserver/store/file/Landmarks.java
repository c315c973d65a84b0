package dev.artserver.store.file;

import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Types of facts that the index `facts_landmarks` covers: messages, and the begin and end of runs.
/// The index is small: it finds messages and runs in long threads without a second write for most
/// facts.
///
/// The types follow from the sealed events. When they change, the index is made anew as soon as the
/// database is opened.
final class Landmarks {
  static final String NAME = "facts_landmarks";

  /// The ends of a run.
  static final Set<String> RUN_ENDS = runEnds();

  /// All types.
  static final Set<String> TYPES = types();

  /// The condition of the index. A query must repeat it word for word to use the index.
  static final String SQL = in(TYPES);

  /// The statement that makes the index, as the database keeps it.
  static final String INDEX =
      "CREATE INDEX " + NAME + " ON facts (thread_id, seq, type, run_id) WHERE " + SQL;

  private Landmarks() {}

  private static Set<String> runEnds() {
    Set<String> types = new LinkedHashSet<>();
    ThreadEvent.kinds(ThreadEvent.RunEnd.class).forEach(end -> types.add(FactJson.type(end)));
    return Collections.unmodifiableSet(types);
  }

  private static Set<String> types() {
    Set<String> types = new LinkedHashSet<>();
    types.add(FactJson.type(ThreadEvent.MessageAdded.class));
    types.add(FactJson.type(ThreadEvent.RunQueued.class));
    types.addAll(RUN_ENDS);
    return Collections.unmodifiableSet(types);
  }

  /// The condition that a fact is of one of these types.
  static String in(Set<String> types) {
    return types.stream()
        .map(type -> "'" + type + "'")
        .collect(Collectors.joining(",", "type IN (", ")"));
  }
}
