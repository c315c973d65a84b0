package dev.artserver.thread;

import dev.artserver.stream.Subscription;
import org.jspecify.annotations.Nullable;

/// A subscription on its way to its caller. An answer that comes too late is dropped, and without
/// this its subscription would stay for ever. For any thread.
final class PendingSubscription {
  private @Nullable Subscription place;
  private boolean givenUp;

  /// Gives false when the caller has given up.
  synchronized boolean offer(Subscription given) {
    place = given;
    return !givenUp;
  }

  /// The caller gives up; a subscription that was made is cancelled.
  void abandon() {
    Subscription held;
    synchronized (this) {
      givenUp = true;
      held = place;
    }
    if (held != null) {
      held.cancel();
    }
  }
}
