package dev.artserver.stream;

/// A reader's subscription to a feed.
public interface Subscription {
  /// Ends it; the reader is not called afterwards. Idempotent.
  void cancel();
}
