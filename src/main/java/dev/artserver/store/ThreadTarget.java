package dev.artserver.store;

import io.vertx.core.Future;

/// A store that takes threads from another, as they were kept there.
public interface ThreadTarget extends StoredThreads {
  /// From now on all epochs that this store gives are greater than `epoch`. Not while servers use
  /// it.
  Future<Void> raiseEpochs(long epoch);

  /// Adds a thread with its facts and operations, in one atomic, durable step. Fails with
  /// `ThreadExists` when there is a thread of that id.
  Future<Void> put(StoredThread thread, StoredThreads from);
}
