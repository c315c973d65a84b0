package dev.artserver.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// What is known of a request before its body is read. Valid on the request's event loop.
public final class RequestHead {
  private final HttpServerRequest request;

  RequestHead(HttpServerRequest request) {
    this.request = request;
  }

  public String method() {
    return request.method().name();
  }

  /// Without the query.
  public @Nullable String path() {
    return request.path();
  }

  /// The first value of a header, whose name is matched in any case.
  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /// The address of the peer, which may be a proxy.
  public SocketAddress remoteAddress() {
    return request.remoteAddress();
  }
}
