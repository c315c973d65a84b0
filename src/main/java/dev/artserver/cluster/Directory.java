package dev.artserver.cluster;

import dev.artserver.model.ThreadId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The last known owners of threads elsewhere: hints, of which the least used are forgotten. For
/// any thread.
final class Directory {
  private static final float LOAD = 0.75f;

  private final int max;
  private final Map<ThreadId, InstanceId> owners;

  Directory(int max) {
    this.max = max;
    owners =
        new LinkedHashMap<>(16, LOAD, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<ThreadId, InstanceId> eldest) {
            return size() > Directory.this.max;
          }
        };
  }

  synchronized @Nullable InstanceId find(ThreadId thread) {
    return owners.get(thread);
  }

  synchronized void put(ThreadId thread, InstanceId owner) {
    owners.put(thread, owner);
  }

  /// Forgets it unless another owner is known by now.
  synchronized void forget(ThreadId thread, InstanceId owner) {
    owners.remove(thread, owner);
  }

  synchronized void forgetAll(InstanceId owner) {
    owners.values().removeIf(owner::equals);
  }

  synchronized void clear() {
    owners.clear();
  }
}
