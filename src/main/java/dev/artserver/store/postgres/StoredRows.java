package dev.artserver.store.postgres;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.StoredThread;
import dev.artserver.store.StoredThreads;
import dev.artserver.wire.HeadJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Rows as they are kept, for copies between stores.
final class StoredRows {
  static final String THREADS =
      "SELECT t.id, t.epoch, t.seq, t.state_version, t.status, t.run_id, t.title, t.created_at,"
          + " t.updated_at, t.due_at, p.body"
          + " FROM threads t JOIN profiles p ON p.thread_id = t.id";

  /// The sizes of bodies are known without reading them.
  static final String FACTS =
      """
      SELECT seq, at, type, run_id, state_version, schema, body FROM (
        SELECT f.*, sum(octet_length(body)) OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING)
          - octet_length(body) AS before
        FROM (
          SELECT seq, at, type, run_id, state_version, schema, body FROM facts
          WHERE thread_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
        ) f
      ) g WHERE before <= $4 ORDER BY seq\
      """;

  static final String OPERATIONS =
      "SELECT id, fingerprint, at, answer FROM operations WHERE thread_id = $1 AND id > $2"
          + " ORDER BY id LIMIT $3";

  static final String RAISE_EPOCHS =
      "SELECT setval('epochs', $1) FROM epochs WHERE last_value < $1";

  /// How long adding one thread may take, which grows with its log.
  private static final Duration PUT_MAX = Duration.ofMinutes(10);

  private static final int PAGE = 500;

  private static final String PUT_THREAD =
      """
      INSERT INTO threads (id, epoch, seq, state_version, status, run_id, title, created_at,
        updated_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (id) DO NOTHING RETURNING epoch\
      """;

  private static final String PUT_PROFILE =
      """
      WITH p AS (INSERT INTO profiles (thread_id, body) VALUES ($1, $2))
      INSERT INTO labels (thread_id, name, value)
      SELECT $1, name, value FROM unnest($3::bytea[], $4::bytea[]) l (name, value)\
      """;

  private static final String PUT_FACTS =
      """
      INSERT INTO facts (thread_id, seq, at, type, run_id, state_version, schema, body)
      SELECT $1, f.* FROM unnest($2::int8[], $3::int8[], $4::text[], $5::text[], $6::int8[],
        $7::int4[], $8::bytea[]) f\
      """;

  private static final String PUT_OPERATIONS =
      """
      INSERT INTO operations (thread_id, id, fingerprint, at, answer)
      SELECT $1, o.* FROM unnest($2::bytea[], $3::text[], $4::int8[], $5::bytea[]) o\
      """;

  private StoredRows() {}

  static StoredThread thread(Row row) {
    Buffer title = row.getBuffer(6);
    return new StoredThread(
        new ThreadId(row.getString(0)),
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        title == null ? null : title.toString(StandardCharsets.UTF_8),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getBuffer(10));
  }

  static StoredThread.Fact fact(Row row) {
    return new StoredThread.Fact(
        row.getLong(0),
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getLong(4),
        row.getInteger(5),
        row.getBuffer(6));
  }

  static StoredThread.Operation operation(Row row) {
    return new StoredThread.Operation(
        row.getBuffer(0).toString(StandardCharsets.UTF_8),
        row.getString(1),
        row.getLong(2),
        row.getBuffer(3));
  }

  static Future<Void> put(Session session, StoredThread thread, StoredThreads from) {
    return session.transaction(
        PUT_MAX,
        () ->
            session
                .query(PUT_THREAD, head(thread))
                .compose(made ->
                    made.size() == 0
                        ? Future.failedFuture(
                            new FailureException(new Failure.ThreadExists(thread.id())))
                        : session.query(PUT_PROFILE, profile(thread)))
                .compose(_ -> putFacts(session, thread.id(), from, 0))
                .compose(_ -> putOperations(session, thread.id(), from, "")));
  }

  private static Tuple head(StoredThread thread) {
    String title = thread.title();
    return Tuple.tuple()
        .addString(thread.id().value())
        .addLong(thread.epoch())
        .addLong(thread.seq())
        .addLong(thread.stateVersion())
        .addString(thread.status())
        .addString(thread.runId())
        .addBuffer(title == null ? null : AppendStatement.utf8(title))
        .addLong(thread.createdAt())
        .addLong(thread.updatedAt())
        .addLong(thread.dueAt());
  }

  private static Tuple profile(StoredThread thread) {
    List<Map.Entry<String, String>> labels =
        List.copyOf(HeadJson.profile(thread.profile().getBytes()).metadata().entrySet());
    return Tuple.tuple()
        .addString(thread.id().value())
        .addBuffer(thread.profile())
        .addArrayOfBuffer(
            labels.stream()
                .map(label -> AppendStatement.utf8(label.getKey()))
                .toArray(Buffer[]::new))
        .addArrayOfBuffer(
            labels.stream()
                .map(label -> AppendStatement.utf8(label.getValue()))
                .toArray(Buffer[]::new));
  }

  private static Future<Void> putFacts(
      Session session, ThreadId id, StoredThreads from, long after) {
    return from.facts(id, after, PAGE)
        .compose(facts ->
            facts.isEmpty()
                ? Future.succeededFuture()
                : session
                    .query(PUT_FACTS, values(id, facts))
                    .compose(_ -> putFacts(session, id, from, facts.getLast().seq())));
  }

  private static Tuple values(ThreadId id, List<StoredThread.Fact> facts) {
    return Tuple.tuple()
        .addString(id.value())
        .addArrayOfLong(facts.stream().map(StoredThread.Fact::seq).toArray(Long[]::new))
        .addArrayOfLong(facts.stream().map(StoredThread.Fact::at).toArray(Long[]::new))
        .addArrayOfString(facts.stream().map(StoredThread.Fact::type).toArray(String[]::new))
        .addArrayOfString(facts.stream().map(StoredThread.Fact::runId).toArray(String[]::new))
        .addArrayOfLong(facts.stream().map(StoredThread.Fact::stateVersion).toArray(Long[]::new))
        .addArrayOfInteger(facts.stream().map(StoredThread.Fact::schema).toArray(Integer[]::new))
        .addArrayOfBuffer(facts.stream().map(StoredThread.Fact::body).toArray(Buffer[]::new));
  }

  private static Future<Void> putOperations(
      Session session, ThreadId id, StoredThreads from, String after) {
    return from.operations(id, after, PAGE)
        .compose(found -> {
          if (found.isEmpty()) {
            return Future.succeededFuture();
          }
          List<Buffer> ids = new ArrayList<>();
          found.forEach(one -> ids.add(AppendStatement.utf8(one.id())));
          Tuple values =
              Tuple.tuple()
                  .addString(id.value())
                  .addArrayOfBuffer(ids.toArray(Buffer[]::new))
                  .addArrayOfString(
                      found.stream()
                          .map(StoredThread.Operation::fingerprint)
                          .toArray(String[]::new))
                  .addArrayOfLong(
                      found.stream().map(StoredThread.Operation::at).toArray(Long[]::new))
                  .addArrayOfBuffer(
                      found.stream().map(StoredThread.Operation::answer).toArray(Buffer[]::new));
          return session
              .query(PUT_OPERATIONS, values)
              .compose(_ -> putOperations(session, id, from, found.getLast().id()));
        });
  }
}
