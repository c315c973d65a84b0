package dev.artserver.thread;

import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.OperationKey;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.store.Append;
import dev.artserver.store.OperationRecord;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The owner's end of a thread's log: what is believed of the thread, which is exactly what is
/// durable.
final class OwnedLog {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedLog.class);

  private final ThreadId id;
  private final ThreadStore store;

  /// Bytes of images among facts that no snapshot holds, about: all of these are read at once when
  /// the thread is activated.
  private static final long IMAGE_BYTES_MAX = 4 * FactQuery.IMAGE_BYTES_MAX;

  private final int snapshotEvery;
  private ThreadState state;
  private long epoch;
  private long snapshotSeq;
  private long imageBytes;

  OwnedLog(ThreadId id, ThreadStore store, int snapshotEvery) {
    this.id = id;
    this.store = store;
    this.snapshotEvery = snapshotEvery;
    state = ThreadState.empty(id);
  }

  /// Takes the thread over and rebuilds its state.
  Future<Void> load() {
    return store
        .activate(id)
        .map(activation -> {
          epoch = activation.epoch();
          ThreadState rebuilt = activation.thread().base();
          snapshotSeq = rebuilt.seq();
          for (Fact fact : activation.tail()) {
            rebuilt = rebuilt.after(fact);
            imageBytes += fact.imageBytes();
          }
          state = rebuilt;
          return null;
        });
  }

  ThreadState state() {
    return state;
  }

  /// Makes a draft durable and only then believes it.
  Future<Void> commit(Draft draft, Optional<OperationRecord> operation) {
    if (draft.facts().isEmpty() && operation.isEmpty()) {
      return Future.succeededFuture();
    }
    if (!draft.state().exists()) {
      return Future.failedFuture(new IllegalStateException("nothing to remember of thread " + id));
    }
    return store
        .append(new Append(id, state.seq(), epoch, draft.facts(), draft.state().head(), operation))
        .map(durable -> {
          state = draft.state();
          draft.facts().forEach(fact -> imageBytes += fact.imageBytes());
          snapshotWhenDue();
          return null;
        });
  }

  /// What an earlier command with the same operation was answered; fails when it asked for
  /// something else.
  Future<Optional<OperationRecord>> replay(OperationKey operation) {
    if (!state.exists()) {
      return Future.succeededFuture(Optional.empty());
    }
    return store
        .operation(id, operation.id())
        .map(known -> {
          if (known.isPresent() && !operation.sameRequest(known.get().operation())) {
            throw new FailureException(new Failure.IdempotencyKeyReused(operation.clientKey()));
          }
          return known;
        });
  }

  /// Erases the thread.
  Future<Void> delete() {
    return store.delete(id, epoch);
  }

  /// Keeps the state so that the next activation is short.
  Future<Void> snapshot() {
    if (!state.exists() || snapshotSeq == state.seq()) {
      return Future.succeededFuture();
    }
    snapshotSeq = state.seq();
    imageBytes = 0;
    try {
      return store.saveSnapshot(state, epoch);
    } catch (RuntimeException e) {
      // Only the next activation is longer: what is durable must not fail for it.
      LOG.atError().setCause(e).addKeyValue("threadId", id).log("no snapshot could be made");
      return Future.failedFuture(e);
    }
  }

  private void snapshotWhenDue() {
    if (state.seq() - snapshotSeq >= snapshotEvery || imageBytes > IMAGE_BYTES_MAX) {
      snapshot();
    }
  }
}
