package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
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

/// The owner's view of a thread's log. What it believes is exactly what is durable.
///
/// A write in doubt (`StorageInDoubt`) is settled before it is answered: a new epoch fences it if
/// it is still on its way, and then the log shows whether it was written. `commit` and `delete`
/// fail with `StorageInDoubt` only when this fails too; then the owner must close.
final class OwnedLog {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedLog.class);

  /// About how many bytes of images may stand behind the last snapshot: an activation reads them
  /// all at once.
  private static final long IMAGE_BYTES_MAX = 4 * FactQuery.IMAGE_BYTES_MAX;

  private final ThreadId id;
  private final ThreadStore store;
  private final int snapshotEvery;
  private ThreadState state;
  private long epoch;
  private long snapshotSeq;
  private long imageBytes;

  /// What became of a write.
  enum Written {
    /// It is durable and believed.
    BELIEVED,
    /// It is durable, but another owner has written since, so this owner is out of date.
    OUTRUN
  }

  OwnedLog(ThreadId id, ThreadStore store, int snapshotEvery) {
    this.id = id;
    this.store = store;
    this.snapshotEvery = snapshotEvery;
    state = ThreadState.empty(id);
  }

  /// Takes the thread over and rebuilds its state.
  Future<Void> load() {
    return takeOver()
        .recover(cause ->
            Future.failedFuture(
                inDoubt(cause) ? storageFailed("the thread could not be taken over") : cause))
        .map(rebuilt -> {
          state = rebuilt;
          return null;
        });
  }

  /// Takes a new epoch, which fences all earlier writes, and gives the state as it is in the log.
  private Future<ThreadState> takeOver() {
    return store
        .activate(id)
        .compose(activation -> {
          epoch = activation.epoch();
          return StoredState.of(store, activation.thread());
        })
        .map(stored -> {
          snapshotSeq = stored.snapshotSeq();
          imageBytes = stored.imageBytes();
          return stored.state();
        });
  }

  ThreadState state() {
    return state;
  }

  /// Makes a draft durable, then believes it. Fails with `Fenced` or `ConcurrentModification` when
  /// this owner is out of date; then nothing was written.
  Future<Written> commit(Draft draft, Optional<OperationRecord> operation) {
    if (draft.facts().isEmpty() && operation.isEmpty()) {
      return Future.succeededFuture(Written.BELIEVED);
    }
    if (!draft.state().exists()) {
      return Future.failedFuture(new IllegalStateException("nothing to remember of thread " + id));
    }
    Append append =
        new Append(id, state.seq(), epoch, draft.facts(), draft.state().head(), operation);
    return store
        .append(append)
        .transform(done -> {
          if (done.succeeded()) {
            return Future.succeededFuture(believe(draft));
          }
          return inDoubt(done.cause()) ? settle(draft, append) : Future.failedFuture(done.cause());
        });
  }

  private Written believe(Draft draft) {
    state = draft.state();
    draft.facts().forEach(fact -> imageBytes += fact.imageBytes());
    snapshotWhenDue();
    return Written.BELIEVED;
  }

  private Future<Written> settle(Draft draft, Append append) {
    return takeOver()
        .recover(cause -> unsettled("write", cause))
        .compose(found ->
            wasWritten(append, found)
                .recover(cause -> unsettled("write", cause))
                .compose(written -> settled(draft, append, found, written)));
  }

  /// An append is atomic: if its first fact is in the log, all of it is.
  private Future<Boolean> wasWritten(Append append, ThreadState found) {
    if (append.facts().isEmpty()) {
      OperationKey operation = append.operation().orElseThrow().operation();
      return store
          .operation(id, operation.id())
          .map(known ->
              known.filter(record -> operation.sameRequest(record.operation())).isPresent());
    }
    if (found.seq() <= append.expectedSeq()) {
      return Future.succeededFuture(false);
    }
    return store
        .read(id, FactQuery.after(append.expectedSeq(), 1))
        .map(first ->
            !first.isEmpty() && FactIdentity.same(append.facts().getFirst(), first.getFirst()));
  }

  private Future<Written> settled(Draft draft, Append append, ThreadState found, boolean written) {
    LOG.atWarn()
        .addKeyValue("threadId", id)
        .addKeyValue("seq", append.expectedSeq())
        .addKeyValue("written", written)
        .log("a write in doubt was settled");
    if (!written) {
      return Future.failedFuture(
          found.seq() == append.expectedSeq()
              ? storageFailed("the write was not carried out")
              : new FailureException(
                  new Failure.ConcurrentModification(id, append.expectedSeq(), found.seq())));
    }
    if (found.seq() != draft.state().seq()) {
      return Future.succeededFuture(Written.OUTRUN);
    }
    state = found;
    return Future.succeededFuture(Written.BELIEVED);
  }

  private <T> Future<T> unsettled(String what, Throwable cause) {
    LOG.atWarn()
        .setCause(cause)
        .addKeyValue("threadId", id)
        .log("a " + what + " in doubt could not be settled");
    return Future.failedFuture(
        new FailureException(
            new Failure.StorageInDoubt("it is not known whether the " + what + " is durable")));
  }

  private static FailureException storageFailed(String message) {
    return new FailureException(new Failure.StorageFailed(message));
  }

  private static boolean inDoubt(Throwable cause) {
    return cause instanceof FailureException e && e.failure() instanceof Failure.StorageInDoubt;
  }

  /// The answer to an earlier command with the same key; fails when that was another request.
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
    return store
        .delete(id, epoch, state.seq())
        .recover(cause -> inDoubt(cause) ? settleDelete() : Future.failedFuture(cause));
  }

  private Future<Void> settleDelete() {
    return takeOver()
        .recover(cause -> unsettled("deletion", cause))
        .compose(found -> {
          if (!found.exists()) {
            return Future.succeededFuture();
          }
          return Future.failedFuture(
              found.seq() == state.seq()
                  ? storageFailed("the thread was not deleted")
                  : new FailureException(
                      new Failure.ConcurrentModification(id, state.seq(), found.seq())));
        });
  }

  /// Saves the state, so that the next activation is fast.
  Future<Void> snapshot() {
    if (!state.exists() || snapshotSeq == state.seq()) {
      return Future.succeededFuture();
    }
    snapshotSeq = state.seq();
    imageBytes = 0;
    try {
      return store.saveSnapshot(state, epoch);
    } catch (RuntimeException e) {
      // Only the next activation is slower; the turn has not failed.
      LOG.atError().setCause(e).addKeyValue("threadId", id).log("no snapshot could be made");
      return Future.failedFuture(e);
    }
  }

  private void snapshotWhenDue() {
    if (state.seq() - snapshotSeq >= snapshotEvery || imageBytes > IMAGE_BYTES_MAX) {
      FireAndForget.harmless(snapshot(), "only the next activation takes longer");
    }
  }
}
