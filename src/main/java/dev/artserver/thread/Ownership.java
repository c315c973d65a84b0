package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;

/// Which threads this instance may own. It keeps two instances from trying at once; what makes two
/// owners harmless is the store's epoch.
public interface Ownership {
  /// Of an instance that shares its store with no other.
  Ownership ALONE =
      new Ownership() {
        private final Future<Boolean> yes = Future.succeededFuture(true);

        @Override
        public Future<Boolean> claim(ThreadId id) {
          return yes;
        }
      };

  /// Asked before each activation, from any context. False: another instance has the thread. A
  /// failed future: it is not known who has it.
  Future<Boolean> claim(ThreadId id);
}
