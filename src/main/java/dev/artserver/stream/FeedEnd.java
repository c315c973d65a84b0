package dev.artserver.stream;

/// Why a feed ended a reader's subscription.
public enum FeedEnd {
  /// The thread was deleted.
  DELETED,
  /// The owner stops or moves: come back with the cursor.
  MOVED,
  /// The reader took nothing for too long: come back with the cursor.
  TOO_SLOW
}
