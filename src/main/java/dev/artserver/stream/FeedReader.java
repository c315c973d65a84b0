package dev.artserver.stream;

import io.vertx.core.Future;

/// A reader of a thread. Called on the context it subscribed from.
public interface FeedReader {
  /// Takes the next part. The future completes when the reader can take more. Until then it gets
  /// nothing, and what happens meanwhile is joined into the next part: facts in order, the text of
  /// a call as one item.
  Future<Void> onPart(FeedPart part);

  /// The subscription ended without `Subscription.cancel`.
  void onEnded(FeedEnd end);
}
