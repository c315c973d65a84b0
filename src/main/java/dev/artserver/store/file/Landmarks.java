package dev.artserver.store.file;

import dev.artserver.wire.LandmarkTypes;

/// The index that finds messages and runs in long threads. It is small: most facts need no second
/// write for it. When its types change, it is made anew as soon as the database is opened.
final class Landmarks {
  static final String NAME = "facts_landmarks";

  /// The condition of the index. A query must repeat it word for word to use the index.
  static final String SQL = LandmarkTypes.in(LandmarkTypes.ALL);

  /// The statement that makes the index, as the database keeps it.
  static final String INDEX =
      "CREATE INDEX " + NAME + " ON facts (thread_id, seq, type, run_id) WHERE " + SQL;

  private Landmarks() {}
}
