package dev.artserver.store.file;

import dev.artserver.model.ThreadId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the writer knows of the threads it wrote to last, so that it need not read before each
/// write: it alone writes. What a transaction learned is true only if it is committed.
final class Owners {
  private static final int KEPT_MAX = 4_096;

  private final Map<ThreadId, Owner> kept =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ThreadId, Owner> eldest) {
          return size() > KEPT_MAX;
        }
      };

  /// Who may write to a thread, and where its log ends.
  record Owner(long epoch, long seq) {}

  /// Null: not known here.
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
