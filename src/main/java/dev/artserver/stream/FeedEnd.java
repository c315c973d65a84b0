package dev.artserver.stream;

/// Why a feed ended a reader's subscription.
public enum FeedEnd {
  /// The thread was deleted.
  DELETED,
  /// The owner stops or moves. The reader may follow again from its cursor.
  MOVED,
  /// The reader held a part for too long. It may follow again from its cursor.
  TOO_SLOW
}
