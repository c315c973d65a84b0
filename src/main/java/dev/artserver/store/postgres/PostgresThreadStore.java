package dev.artserver.store.postgres;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadState;
import dev.artserver.model.ThreadStatus;
import dev.artserver.store.Activation;
import dev.artserver.store.Append;
import dev.artserver.store.Copy;
import dev.artserver.store.LoadedThread;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.StoredThread;
import dev.artserver.store.StoredThreads;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.ThreadTarget;
import dev.artserver.wire.StateJson;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Threads in PostgreSQL. What was acknowledged is committed there.
///
/// Work waits in two bounded queues, of writes and of reads, for a few connections; when a queue is
/// full the call fails with `Full` of `STORE_OVERLOADED`. While PostgreSQL is away, calls fail with
/// `StorageFailed`, after a time limit at first and then at once.
public final class PostgresThreadStore implements ThreadStore, ThreadTarget {
  private static final int FORGET_MAX = 1_000;

  private final WriteVersion writeVersion;
  private final SessionPool writers;
  private final SessionPool readers;
  private final Writes writes;
  private final Reads reads;
  private @Nullable Future<Void> closed;

  private PostgresThreadStore(
      WriteVersion writeVersion, SessionPool writers, SessionPool readers, Writes writes) {
    this.writeVersion = writeVersion;
    this.writers = writers;
    this.readers = readers;
    this.writes = writes;
    reads = new Reads(readers);
  }

  /// Opens the store and migrates older tables, or makes them. Fails with `PostgresRefused` when
  /// PostgreSQL cannot be reached, or its tables are of a newer server.
  public static Future<PostgresThreadStore> open(Vertx vertx, PostgresConfig config) {
    return open(vertx, config, System::nanoTime, _ -> {});
  }

  /// The same, measured.
  ///
  /// @param writeNanos gets the time of each append from the call until it was committed; called on
  ///   an event loop. What it throws is logged
  public static Future<PostgresThreadStore> open(
      Vertx vertx, PostgresConfig config, LongSupplier nanoTime, LongConsumer writeNanos) {
    Sessions sessions = new Sessions(config);
    SessionPool writers =
        new SessionPool(
            "writes",
            true,
            config.writers(),
            new Allowance(
                "the store's queue of writes", config.writesMax(), config.writeBytesMax()),
            config.statementTimeout(),
            sessions::writer,
            nanoTime,
            writeNanos);
    SessionPool readers =
        new SessionPool(
            "reads",
            false,
            config.readers(),
            new Allowance("the store's queue of reads", config.readsMax(), Long.MAX_VALUE),
            config.statementTimeout(),
            sessions::reader,
            nanoTime,
            _ -> {});
    return sessions
        .migrate(vertx)
        .compose(_ -> vertx.deployVerticle(writers))
        .compose(_ -> vertx.deployVerticle(readers))
        .map(_ ->
            new PostgresThreadStore(
                config.writeVersion(), writers, readers, new Writes(sessions.doubts())));
  }

  @Override
  public Future<Activation> activate(ThreadId id) {
    return writers
        .submit(id, 0, session -> writes.activate(session, id))
        .compose(taken ->
            (taken.exists() ? load(id) : Future.succeededFuture(Optional.<LoadedThread>empty()))
                .map(loaded ->
                    new Activation(taken.epoch(), loaded.orElseGet(() -> LoadedThread.empty(id)))));
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return reads.load(id);
  }

  @Override
  public Future<Void> append(Append append) {
    AppendRows rows;
    try {
      rows = AppendRows.of(append, writeVersion);
    } catch (FailureException heldBack) {
      return Future.failedFuture(heldBack);
    }
    return writers.append(rows);
  }

  @Override
  public Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    return reads.operation(id, operationId);
  }

  @Override
  public Future<List<Fact>> read(ThreadId id, FactQuery query) {
    return reads.facts(id, query);
  }

  @Override
  public Future<Optional<ThreadHead>> head(ThreadId id) {
    return reads.head(id);
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return reads.list(query);
  }

  @Override
  public Future<Map<ThreadStatus, Long>> count() {
    return reads.count();
  }

  @Override
  public Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return reads.idleSince(before, cursor, limit);
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return reads.unfinished(after, limit);
  }

  @Override
  public Future<List<ThreadId>> due(Instant before, int limit) {
    return reads.due(before, limit);
  }

  @Override
  public Future<Void> saveSnapshot(ThreadState state, long epoch) {
    byte[] body = StateJson.snapshot(state);
    return writers.submit(
        null, body.length, session -> Writes.saveSnapshot(session, state, body, epoch));
  }

  @Override
  public Future<Void> copy(Copy copy) {
    return writers.submit(copy.to(), 0, session -> Writes.copy(session, copy));
  }

  @Override
  public Future<Void> delete(ThreadId id, long epoch, long expectedSeq) {
    return writers.submit(id, 0, session -> Writes.delete(session, id, epoch, expectedSeq));
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return forget(before, 0);
  }

  private Future<Integer> forget(Instant before, int already) {
    return writers
        .submit(null, 0, session -> Writes.forgetOperations(session, before, FORGET_MAX))
        .compose(count ->
            count < FORGET_MAX
                ? Future.succeededFuture(already + count)
                : forget(before, already + count));
  }

  @Override
  public Future<List<StoredThread>> threads(Optional<ThreadId> after, int limit) {
    return reads.stored(after, limit);
  }

  @Override
  public Future<Optional<StoredThread>> thread(ThreadId id) {
    return reads.stored(id);
  }

  @Override
  public Future<List<StoredThread.Fact>> facts(ThreadId id, long after, int limit) {
    return reads.storedFacts(id, after, limit);
  }

  @Override
  public Future<List<StoredThread.Operation>> operations(ThreadId id, String after, int limit) {
    return reads.storedOperations(id, after, limit);
  }

  @Override
  public Future<Void> raiseEpochs(long epoch) {
    return epoch < 1
        ? Future.succeededFuture()
        : writers.submit(
            null, 0, session -> session.query(StoredRows.RAISE_EPOCHS, Tuple.of(epoch)).mapEmpty());
  }

  @Override
  public Future<Void> put(StoredThread thread, StoredThreads from) {
    return writers.submit(thread.id(), 0, session -> StoredRows.put(session, thread, from));
  }

  @Override
  public Future<Void> check() {
    return writers.submit(null, 0, Writes::check).compose(_ -> reads.check());
  }

  @Override
  public synchronized Future<Void> close() {
    if (closed == null) {
      closed = Future.join(writers.finish(), readers.finish()).mapEmpty();
    }
    return closed;
  }
}
