package dev.artserver.vertx;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/// The context of a caller without what Vert.x makes anew for each request and message. Whatever
/// waits for long would keep that in memory.
public final class LastingContext {
  private LastingContext() {}

  public static Context of(Vertx vertx) {
    return internal(vertx);
  }

  static ContextInternal internal(Vertx vertx) {
    return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
  }
}
