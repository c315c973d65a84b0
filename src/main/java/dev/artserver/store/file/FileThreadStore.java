package dev.artserver.store.file;

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
import dev.artserver.wire.HeadJson;
import dev.artserver.wire.StateJson;
import dev.artserver.wire.WriteVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads in one SQLite file, held by one process. What was acknowledged is on disk: it survives
/// the death of the process and of the machine.
///
/// One thread writes and a few read; callers are event loops, which never wait. When a queue is
/// full the call fails with `Full` of `STORE_OVERLOADED`. When the disk is full or fails, the
/// writes that shared its commit fail and the store goes on serving what it can: they fail with
/// `StorageFailed` when they were rolled back, with `StorageInDoubt` when the commit itself failed.
public final class FileThreadStore implements ThreadStore, StoredThreads {
  private static final Logger log = LoggerFactory.getLogger(FileThreadStore.class);
  private static final int FORGET_MAX = 1_000;

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final WriteVersion writeVersion;
  private final WorkQueue<Job<WriteConnection, ?>> writes;
  private final WorkQueue<Job<ReadConnection, ?>> reads;
  private final StatusCounts counts;
  private final Future<?> ended;

  private FileThreadStore(
      Vertx vertx,
      FileStoreConfig config,
      Connections connections,
      DirectoryLock lock,
      LongSupplier nanoTime,
      LongConsumer writeNanos) {
    this.vertx = vertx;
    this.nanoTime = nanoTime;
    writeVersion = config.writeVersion();
    counts = connections.counts();
    writes =
        new WorkQueue<>(
            "the store's queue of writes", config.writesMax(), config.writeBytesMax(), Job::bytes);
    reads =
        new WorkQueue<>(
            "the store's queue of reads", config.readsMax(), Long.MAX_VALUE, Job::bytes);
    GroupCommit writer = new GroupCommit(writes, connections.writer(), nanoTime, writeNanos);
    List<Future<Void>> threads = new ArrayList<>();
    threads.add(new WorkerThread<>("store-writer", writes, writer).start());
    for (ReadConnection connection : connections.readers()) {
      String name = "store-reader-" + (threads.size() - 1);
      threads.add(new WorkerThread<>(name, reads, new Reader(connection)).start());
    }
    ended = Future.join(threads).onComplete(_ -> release(lock));
  }

  /// Opens the store in `config.directory()`, which it makes when there is none, and migrates an
  /// older database. Fails with `StoreRefused` when another process holds it, it cannot be written,
  /// or its content is damaged or of a newer server.
  public static Future<FileThreadStore> open(Vertx vertx, FileStoreConfig config) {
    return open(vertx, config, System::nanoTime, _ -> {});
  }

  /// The same, measured.
  ///
  /// @param writeNanos gets the time of each write from the call until it was on disk; called on
  ///   the writer's thread, so it must be quick. What it throws is logged
  public static Future<FileThreadStore> open(
      Vertx vertx, FileStoreConfig config, LongSupplier nanoTime, LongConsumer writeNanos) {
    return vertx.executeBlocking(() -> openNow(vertx, config, nanoTime, writeNanos), false);
  }

  private static FileThreadStore openNow(
      Vertx vertx, FileStoreConfig config, LongSupplier nanoTime, LongConsumer writeNanos) {
    DirectoryLock lock = DirectoryLock.take(config.directory());
    try {
      Database database = Database.open(config.directory(), config.databaseBytesMax());
      Connections connections = Connections.open(database, config.readers());
      return new FileThreadStore(vertx, config, connections, lock, nanoTime, writeNanos);
    } catch (SQLException e) {
      release(lock);
      throw new StoreRefused(config.directory(), "cannot be opened: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      release(lock);
      throw e;
    }
  }

  @Override
  public Future<Activation> activate(ThreadId id) {
    return write(0, db -> db.activate(id))
        .compose(taken ->
            (taken.exists() ? load(id) : Future.succeededFuture(Optional.<LoadedThread>empty()))
                .map(loaded ->
                    new Activation(taken.epoch(), loaded.orElseGet(() -> LoadedThread.empty(id)))));
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return read(db -> db.load(id));
  }

  @Override
  public Future<Void> append(Append append) {
    AppendRows rows;
    try {
      rows = new AppendRows(append, writeVersion);
    } catch (FailureException heldBack) {
      return Future.failedFuture(heldBack);
    }
    return done(rows.bytes(), db -> db.append(rows));
  }

  @Override
  public Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    return read(db -> db.operation(id, operationId));
  }

  @Override
  public Future<List<Fact>> read(ThreadId id, FactQuery query) {
    return read(db -> db.facts(id, query));
  }

  @Override
  public Future<Optional<ThreadHead>> head(ThreadId id) {
    return read(db -> db.head(id));
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return read(db -> db.list(query));
  }

  @Override
  public Future<Map<ThreadStatus, Long>> count() {
    return read(_ -> counts.now());
  }

  @Override
  public Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return read(db -> db.idleSince(before, cursor, limit));
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return read(db -> db.unfinished(after, limit));
  }

  @Override
  public Future<Void> saveSnapshot(ThreadState state, long epoch) {
    byte[] snapshot = StateJson.snapshot(state);
    return done(snapshot.length, db -> db.saveSnapshot(state.id(), epoch, snapshot));
  }

  @Override
  public Future<List<ThreadId>> due(Instant before, int limit) {
    return read(db -> db.due(before, limit));
  }

  @Override
  public Future<Void> copy(Copy copy) {
    byte[] profile = HeadJson.profile(copy.head().profile());
    return done(profile.length, db -> db.copy(copy, profile));
  }

  @Override
  public Future<Void> delete(ThreadId id, long epoch, long expectedSeq) {
    return done(0, db -> db.delete(id, epoch, expectedSeq));
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return forget(before, 0);
  }

  private Future<Integer> forget(Instant before, int already) {
    return write(0, db -> db.forgetOperations(before, FORGET_MAX))
        .compose(count ->
            count < FORGET_MAX
                ? Future.succeededFuture(already + count)
                : forget(before, already + count));
  }

  @Override
  public Future<List<StoredThread>> threads(Optional<ThreadId> after, int limit) {
    return read(db -> db.stored(after, limit));
  }

  @Override
  public Future<Optional<StoredThread>> thread(ThreadId id) {
    return read(db -> db.stored(id));
  }

  @Override
  public Future<List<StoredThread.Fact>> facts(ThreadId id, long after, int limit) {
    return read(db -> db.storedFacts(id, after, limit));
  }

  @Override
  public Future<List<StoredThread.Operation>> operations(ThreadId id, String after, int limit) {
    return read(db -> db.storedOperations(id, after, limit));
  }

  @Override
  public Future<Void> check() {
    return done(0, _ -> {}).compose(_ -> read(ReadConnection::check));
  }

  @Override
  public Future<Void> close() {
    Context context = vertx.getOrCreateContext();
    Promise<Void> closed = Promise.promise();
    writes.close();
    reads.close();
    ended.onComplete(_ -> {
      try {
        context.runOnContext(_ -> closed.complete());
      } catch (RejectedExecutionException stopped) {
        // The event loop is gone, but a caller may still wait.
        closed.complete();
      }
    });
    return closed.future();
  }

  /// A write that answers nothing.
  private interface Write {
    void with(WriteConnection db) throws SQLException;
  }

  private Future<Void> done(long bytes, Write work) {
    return write(
            bytes,
            db -> {
              work.with(db);
              return Boolean.TRUE;
            })
        .mapEmpty();
  }

  private <T> Future<T> write(long bytes, Job.Work<WriteConnection, T> work) {
    return submit(writes, bytes, work);
  }

  private <T> Future<T> read(Job.Work<ReadConnection, T> work) {
    return submit(reads, 0, work);
  }

  private <C, T> Future<T> submit(WorkQueue<Job<C, ?>> queue, long bytes, Job.Work<C, T> work) {
    Job<C, T> job = new Job<>(work, vertx.getOrCreateContext(), bytes, nanoTime.getAsLong());
    try {
      queue.add(job);
    } catch (FailureException full) {
      return Future.failedFuture(full);
    }
    return job.future();
  }

  private static void release(DirectoryLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("the lock of the data directory did not close");
    }
  }
}
