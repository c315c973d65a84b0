package dev.artserver.thread;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
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
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// A store that takes up to a few milliseconds to save a snapshot, so that an owner takes that long
/// to close.
record LateStore(Vertx vertx, ThreadStore store) implements ThreadStore {
  private static final int LATE_MS = 3;

  @Override
  public Future<Void> saveSnapshot(ThreadState state, long epoch) {
    return vertx
        .timer(1 + ThreadLocalRandom.current().nextInt(LATE_MS))
        .compose(late -> store.saveSnapshot(state, epoch));
  }

  @Override
  public Future<Activation> activate(ThreadId id) {
    return store.activate(id);
  }

  @Override
  public Future<Optional<LoadedThread>> load(ThreadId id) {
    return store.load(id);
  }

  @Override
  public Future<Void> append(Append append) {
    return store.append(append);
  }

  @Override
  public Future<Optional<OperationRecord>> operation(ThreadId id, String operationId) {
    return store.operation(id, operationId);
  }

  @Override
  public Future<List<Fact>> read(ThreadId id, FactQuery query) {
    return store.read(id, query);
  }

  @Override
  public Future<Optional<ThreadHead>> head(ThreadId id) {
    return store.head(id);
  }

  @Override
  public Future<Page<ThreadHead>> list(ThreadQuery query) {
    return store.list(query);
  }

  @Override
  public Future<Map<ThreadStatus, Long>> count() {
    return store.count();
  }

  @Override
  public Future<Page<ThreadHead>> idleSince(Instant before, @Nullable String cursor, int limit) {
    return store.idleSince(before, cursor, limit);
  }

  @Override
  public Future<List<ThreadId>> due(Instant before, int limit) {
    return store.due(before, limit);
  }

  @Override
  public Future<List<ThreadId>> unfinished(Optional<ThreadId> after, int limit) {
    return store.unfinished(after, limit);
  }

  @Override
  public Future<Void> copy(Copy copy) {
    return store.copy(copy);
  }

  @Override
  public Future<Void> delete(ThreadId id, long epoch, long expectedSeq) {
    return store.delete(id, epoch, expectedSeq);
  }

  @Override
  public Future<Integer> forgetOperations(Instant before) {
    return store.forgetOperations(before);
  }

  @Override
  public Future<Void> check() {
    return store.check();
  }

  @Override
  public Future<Void> close() {
    return store.close();
  }
}
