package dev.artserver.store.file;

import java.util.List;

/// The tables of the SQLite file, which mirror those of a store in PostgreSQL.
///
/// `threads` holds only what changes with every append, so that many rows share a page; facts lie
/// together by thread, so that reading one is reading neighbours. Times are milliseconds of the
/// epoch.
final class Schema {
  /// Grows with every change of the tables or their indexes; `Migration` has a step for each.
  static final int VERSION = 2;

  /// Words of `ThreadStatus` for a thread that needs an owner; the condition of the index of those.
  static final String NEEDS_OWNER = "status IN ('queued','running')";

  static final String INDEX_BY_CHANGE = "CREATE INDEX threads_updated ON threads (updated_at, id)";
  static final String INDEX_OF_SUSPENDED =
      "CREATE INDEX threads_suspended ON threads (updated_at, id) WHERE status = 'suspended'";
  static final String INDEX_OF_NEEDS_OWNER =
      "CREATE INDEX threads_needs_owner ON threads (id, status) WHERE " + NEEDS_OWNER;
  static final String INDEX_OF_DUE =
      "CREATE INDEX threads_due ON threads (due_at, id) WHERE due_at IS NOT NULL";

  /// Facts of a version above the first. Activation asks it for those that are too new, so it must
  /// not cost a scan of the log.
  static final String INDEX_OF_NEWER =
      "CREATE INDEX facts_newer ON facts (thread_id, schema) WHERE schema > 1";

  /// Makes the tables of `VERSION`.
  static final List<String> STATEMENTS =
      List.of(
          """
          CREATE TABLE threads (
            id TEXT NOT NULL PRIMARY KEY,
            epoch INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            state_version INTEGER NOT NULL,
            status TEXT NOT NULL,
            run_id TEXT,
            title TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            due_at INTEGER
          ) WITHOUT ROWID\
          """,
          INDEX_BY_CHANGE,
          INDEX_OF_SUSPENDED,
          INDEX_OF_NEEDS_OWNER,
          INDEX_OF_DUE,
          """
          CREATE TABLE profiles (
            thread_id TEXT NOT NULL PRIMARY KEY,
            body BLOB NOT NULL
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE labels (
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            thread_id TEXT NOT NULL,
            PRIMARY KEY (name, value, thread_id)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE facts (
            thread_id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            at INTEGER NOT NULL,
            type TEXT NOT NULL,
            run_id TEXT,
            state_version INTEGER NOT NULL,
            schema INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (thread_id, seq)
          ) WITHOUT ROWID\
          """,
          Landmarks.INDEX,
          INDEX_OF_NEWER,
          """
          CREATE TABLE operations (
            thread_id TEXT NOT NULL,
            id TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            at INTEGER NOT NULL,
            answer BLOB NOT NULL,
            PRIMARY KEY (thread_id, id)
          ) WITHOUT ROWID\
          """,
          "CREATE INDEX operations_at ON operations (at)",
          """
          CREATE TABLE snapshots (
            thread_id TEXT NOT NULL PRIMARY KEY,
            body BLOB NOT NULL
          ) WITHOUT ROWID\
          """);

  private Schema() {}
}
