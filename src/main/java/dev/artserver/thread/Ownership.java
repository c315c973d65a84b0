package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;

/// Which threads this instance may own. It keeps two instances from activating the same thread. Two
/// owners are harmless all the same, because of the store's epoch.
public interface Ownership {
  /// For an instance that shares its store with no other.
  Ownership ALONE =
      new Ownership() {
        private final Future<Boolean> yes = Future.succeededFuture(true);

        @Override
        public Future<Boolean> claim(ThreadId id) {
          return yes;
        }
      };

  /// Asked before each activation, on any context. False: another instance has the thread. A failed
  /// future: the owner is unknown.
  Future<Boolean> claim(ThreadId id);
}
