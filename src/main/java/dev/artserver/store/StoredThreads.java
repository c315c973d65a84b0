package dev.artserver.store;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// A store whose threads can be read as they are kept, to copy them. Futures fail as those of
/// `ThreadStore` do.
public interface StoredThreads {
  /// Threads in order of id.
  Future<List<StoredThread>> threads(Optional<ThreadId> after, int limit);

  Future<Optional<StoredThread>> thread(ThreadId id);

  /// Facts in order of seq: at most `limit`, fewer when they are large, none only at the end.
  Future<List<StoredThread.Fact>> facts(ThreadId id, long after, int limit);

  /// Operations in order of id, of which none is before the empty text.
  Future<List<StoredThread.Operation>> operations(ThreadId id, String after, int limit);
}
