package dev.artserver.store.postgres;

import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.wire.LandmarkTypes;
import io.vertx.sqlclient.Tuple;

/// What the index `facts_landmarks` finds. When its types change, a step of the `Schema` must make
/// it anew.
final class Landmarks {
  /// The range of a run's facts, and whether it has ended.
  private static final String RANGE =
      "SELECT min(seq), max(seq), bool_or("
          + LandmarkTypes.in(LandmarkTypes.RUN_ENDS)
          + ") FROM facts WHERE thread_id = $1 AND run_id = $2 AND "
          + Schema.LANDMARKS;

  private Landmarks() {}

  static String rangeOfRun() {
    return RANGE;
  }

  static Tuple rangeOfRun(ThreadId id, RunId run) {
    return Tuple.of(id.value(), run.value());
  }
}
