package dev.artserver.store.postgres;

import java.util.List;

/// The tables, and the statements that lead from each version of them to the next. Names and texts
/// that clients choose are `bytea`, because `text` refuses U+0000. Times are milliseconds of the
/// epoch.
///
/// `threads` holds only what changes with every append, so that its rows are small.
final class Schema {
  /// Words of `ThreadStatus` for a thread that needs an owner; the condition of the index of those.
  static final String NEEDS_OWNER = "status IN ('queued', 'running')";

  /// Facts that the index `facts_landmarks` covers: messages, and the begin and end of runs. It
  /// finds these in long threads. A query must repeat the condition to use the index. The words are
  /// those the tables were made with, so they do not follow from the events; a test compares them.
  static final String LANDMARKS =
      "type IN ('message', 'run.queued', 'run.completed', 'run.failed', 'run.cancelled',"
          + " 'run.interrupted')";

  /// Makes version 1.
  private static final List<String> FIRST =
      List.of(
          "CREATE SEQUENCE epochs",
          """
          CREATE TABLE threads (
            id text COLLATE "C" PRIMARY KEY,
            epoch int8 NOT NULL,
            seq int8 NOT NULL,
            state_version int8 NOT NULL,
            status text NOT NULL,
            run_id text,
            title bytea,
            created_at int8 NOT NULL,
            updated_at int8 NOT NULL,
            due_at int8
          ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05,
            autovacuum_analyze_scale_factor = 0.05)\
          """,
          "CREATE INDEX threads_updated ON threads (updated_at, id)",
          "CREATE INDEX threads_suspended ON threads (updated_at, id) WHERE status = 'suspended'",
          "CREATE INDEX threads_needs_owner ON threads (id, status) WHERE " + NEEDS_OWNER,
          "CREATE INDEX threads_due ON threads (due_at, id) WHERE due_at IS NOT NULL",
          """
          CREATE TABLE profiles (
            thread_id text COLLATE "C" PRIMARY KEY,
            body bytea NOT NULL
          )\
          """,
          """
          CREATE TABLE labels (
            thread_id text COLLATE "C" NOT NULL,
            name bytea NOT NULL,
            value bytea NOT NULL,
            PRIMARY KEY (thread_id, name)
          )\
          """,
          // A value may be longer than a row of an index.
          "CREATE INDEX labels_by_value ON labels (name, sha256(value), thread_id)",
          """
          CREATE TABLE facts (
            thread_id text COLLATE "C" NOT NULL,
            seq int8 NOT NULL,
            at int8 NOT NULL,
            type text NOT NULL,
            run_id text,
            state_version int8 NOT NULL,
            schema int4 NOT NULL,
            body bytea NOT NULL,
            PRIMARY KEY (thread_id, seq)
          )\
          """,
          "CREATE INDEX facts_landmarks ON facts (thread_id, seq, type, run_id) WHERE " + LANDMARKS,
          "CREATE INDEX facts_newer ON facts (thread_id, schema) WHERE schema > 1",
          """
          CREATE TABLE operations (
            thread_id text COLLATE "C" NOT NULL,
            id bytea NOT NULL,
            fingerprint text NOT NULL,
            at int8 NOT NULL,
            answer bytea NOT NULL,
            PRIMARY KEY (thread_id, id)
          )\
          """,
          "CREATE INDEX operations_at ON operations (at)",
          """
          CREATE TABLE snapshots (
            thread_id text COLLATE "C" PRIMARY KEY,
            seq int8 NOT NULL,
            body bytea NOT NULL
          )\
          """);

  /// The statements that make version 1, 2, …, each from the one before.
  static final List<List<String>> STEPS = List.of(FIRST);

  /// The version this release knows.
  static final int VERSION = STEPS.size();

  private Schema() {}
}
