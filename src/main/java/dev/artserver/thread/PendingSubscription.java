package dev.artserver.thread;

import dev.artserver.stream.Subscription;
import org.jspecify.annotations.Nullable;

/// A place at a feed on its way to who asked for it: an answer that comes too late is dropped, and
/// the place would be held for ever. From any thread.
final class PendingSubscription {
  private @Nullable Subscription place;
  private boolean givenUp;

  /// Gives false when nobody waits for it any longer.
  synchronized boolean offer(Subscription given) {
    place = given;
    return !givenUp;
  }

  /// Nobody waits for it any longer; if there is a place it is left.
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
