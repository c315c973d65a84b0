package dev.artserver.cluster.quota;

import dev.artserver.flow.Callbacks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The lock around all that an instance knows of one provider's permits. Steps under it never wait;
/// what they have to tell others is told after the lock is left.
final class Guard {
  /// Guarded by this.
  private List<Runnable> messages = new ArrayList<>();

  /// Within a step: runs `message` after the lock is left.
  void later(Runnable message) {
    messages.add(message);
  }

  void run(Runnable step) {
    get(() -> {
      step.run();
      return true;
    });
  }

  /// May be called within a step.
  <T> T get(Supplier<T> step) {
    if (Thread.holdsLock(this)) {
      return step.get();
    }
    T result;
    List<Runnable> toTell;
    synchronized (this) {
      result = step.get();
      toTell = messages;
      messages = toTell.isEmpty() ? toTell : new ArrayList<>();
    }
    toTell.forEach(Callbacks::run);
    return result;
  }
}
