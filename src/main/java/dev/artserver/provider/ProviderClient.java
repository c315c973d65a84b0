package dev.artserver.provider;

import dev.artserver.model.ModelRequest;
import io.vertx.core.Future;

/// Talks to one model service with one set of credentials. Safe to use from any event loop.
public interface ProviderClient {
  /// Starts a call. To be called on an event-loop context, on which the listener is then called, in
  /// order: any number of `onText` and `onThinking`, then exactly one of `onDone` and `onFailed`.
  /// The listener is not called before this method returns, nor after `cancel`.
  ModelCall start(ModelRequest request, ModelListener listener);

  /// Has an idle model leave the machine it runs on, to make room for another. Completes when it is
  /// gone; at once where that means nothing. To be called on an event loop.
  default Future<Void> evict(String model) {
    return Future.succeededFuture();
  }

  /// Ends open calls (their listeners are told `onFailed`) and closes connections.
  Future<Void> close();
}
