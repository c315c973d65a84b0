package dev.artserver.provider;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/// Where work goes on.
public final class Contexts {
  private Contexts() {}

  /// The caller's context, without what Vert.x makes anew for each request and message: a call that
  /// waits for long would keep that in memory.
  public static ContextInternal lasting(Vertx vertx) {
    return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
  }
}
