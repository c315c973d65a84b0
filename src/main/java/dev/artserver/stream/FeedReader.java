package dev.artserver.stream;

import io.vertx.core.Future;

/// Someone who follows a thread. Called on the context it subscribed from.
public interface FeedReader {
  /// Takes the next part. The future it gives completes when it can take more; until then nothing
  /// further is given, and what happens meanwhile is put together: facts one after the other,
  /// tokens of a call as one.
  Future<Void> onPart(FeedPart part);

  /// The subscription ended, not by the reader's own wish.
  void onEnded(FeedEnd end);
}
