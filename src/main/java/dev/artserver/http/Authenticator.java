package dev.artserver.http;

import dev.artserver.model.Caller;
import io.vertx.core.Future;

/// Finds out which caller sends a request. The router asks it for every operation, event streams
/// and WebSocket handshakes included, before it reads the first byte of a body.
@FunctionalInterface
public interface Authenticator {
  /// Every caller is anonymous.
  Authenticator ANONYMOUS =
      new Authenticator() {
        private final Future<Caller> anonymous = Future.succeededFuture(Caller.ANONYMOUS);

        @Override
        public Future<Caller> authenticate(RequestHead head) {
          return anonymous;
        }
      };

  /// Called on the event loop of the request; may complete on any thread. Fails with a
  /// `FailureException` whose failure the client gets, for example status 401. After
  /// `HttpConfig.requestTimeout` the client gets `AUTHENTICATION_TIMEOUT` (504).
  Future<Caller> authenticate(RequestHead head);
}
