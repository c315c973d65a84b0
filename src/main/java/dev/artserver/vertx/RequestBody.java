package dev.artserver.vertx;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import org.jspecify.annotations.Nullable;

/// The body of a request, taken from the router's context, which would keep it for as long as the
/// answer takes.
public final class RequestBody {
  private RequestBody() {}

  /// Gives the body, and null afterwards; null also when there is none.
  public static @Nullable Buffer take(RoutingContext context) {
    Buffer body = context.body().buffer();
    ((RoutingContextInternal) context).setBody(null);
    return body;
  }
}
