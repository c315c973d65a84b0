package dev.artserver.provider;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;

/// Where work goes on.
public final class Contexts {
  private Contexts() {}

  /// The context of whoever asks, without what Vert.x makes anew for each request and message:
  /// whatever waits for long would keep that in memory.
  public static ContextInternal lasting(Vertx vertx) {
    return ((ContextInternal) vertx.getOrCreateContext()).unwrap();
  }
}
