package dev.artserver.stream;

/// A reader's place at a feed.
public interface Subscription {
  /// Leaves; nothing is heard afterwards. Harmless when it has ended.
  void cancel();
}
