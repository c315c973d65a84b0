package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.List;

/// Which threads this instance may own. It keeps two instances from activating the same thread. Two
/// owners are harmless all the same, because of the store's epoch. For any thread.
public interface Ownership {
  /// For an instance that shares its store with no other.
  Ownership ALONE =
      new Ownership() {
        private final Future<Boolean> yes = Future.succeededFuture(true);

        @Override
        public Future<Boolean> claim(ThreadId id) {
          return yes;
        }

        @Override
        public void released(ThreadId id, boolean unfinished) {}

        @Override
        public Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished) {
          return Future.succeededFuture(unfinished);
        }
      };

  /// Asked before each activation. False: another instance has the thread. A failed future: the
  /// owner is unknown.
  Future<Boolean> claim(ThreadId id);

  /// The owner that was activated after a claim has left. Called once for each claim that was
  /// granted.
  ///
  /// @param unfinished whether the thread has work that this instance will not go on with
  void released(ThreadId id, boolean unfinished);

  /// Which of some unfinished threads this instance should activate now: those without an owner
  /// anywhere, when it is this instance's turn.
  Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished);
}
