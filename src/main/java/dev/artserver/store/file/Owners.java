package dev.artserver.store.file;

import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the writer knows of the threads it wrote to last. It alone writes, so it need not read
/// before each write. What it learned within a transaction holds only once that is committed.
final class Owners {
  private static final int KEPT_MAX = 4_096;

  private final Map<ThreadId, Owner> kept =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ThreadId, Owner> eldest) {
          return size() > KEPT_MAX;
        }
      };

  /// The epoch that may write to a thread, where its log ends, and its status.
  record Owner(long epoch, long seq, ThreadStatus status) {}

  /// Null when it is not known here.
  @Nullable Owner of(ThreadId id) {
    return kept.get(id);
  }

  void keep(ThreadId id, Owner owner) {
    kept.put(id, owner);
  }

  void forget(ThreadId id) {
    kept.remove(id);
  }

  void clear() {
    kept.clear();
  }
}
