package dev.artserver.store.postgres;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.FactJson;
import io.vertx.sqlclient.Tuple;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The facts that the index `facts_landmarks` covers. When the kinds of events change, a step of
/// the `Schema` must make the index anew.
final class Landmarks {
  /// The ends of a run.
  static final Set<String> RUN_ENDS = runEnds();

  /// All types.
  static final Set<String> TYPES = types();

  /// The range of a run's facts, and whether it has ended.
  private static final String RANGE =
      "SELECT min(seq), max(seq), bool_or("
          + in(RUN_ENDS)
          + ") FROM facts WHERE thread_id = $1 AND run_id = $2 AND "
          + Schema.LANDMARKS;

  private Landmarks() {}

  static String rangeOfRun() {
    return RANGE;
  }

  static Tuple rangeOfRun(ThreadId id, RunId run) {
    return Tuple.of(id.value(), run.value());
  }

  private static String in(Set<String> types) {
    return types.stream()
        .map(type -> "'" + type + "'")
        .collect(Collectors.joining(", ", "type IN (", ")"));
  }

  private static Set<String> runEnds() {
    Set<String> types = new LinkedHashSet<>();
    ThreadEvent.kinds(ThreadEvent.RunEnd.class).forEach(end -> types.add(FactJson.type(end)));
    return Collections.unmodifiableSet(types);
  }

  private static Set<String> types() {
    Set<String> types = new LinkedHashSet<>(RUN_ENDS);
    types.add(FactJson.type(ThreadEvent.MessageAdded.class));
    types.add(FactJson.type(ThreadEvent.RunQueued.class));
    return Collections.unmodifiableSet(types);
  }
}
