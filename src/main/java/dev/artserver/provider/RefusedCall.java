package dev.artserver.provider;

import dev.artserver.model.Failure;
import io.vertx.core.Context;

/// A call that ends before it begins. Confined to its context.
public final class RefusedCall implements ModelCall {
  private final ModelListener listener;
  private boolean ended;

  private RefusedCall(ModelListener listener) {
    this.listener = listener;
  }

  /// The listener is told of `failure` on `context` a moment later, unless it cancels before.
  public static ModelCall on(Context context, Failure failure, ModelListener listener) {
    RefusedCall call = new RefusedCall(listener);
    context.runOnContext(later -> call.fail(failure));
    return call;
  }

  private void fail(Failure failure) {
    if (!ended) {
      ended = true;
      listener.onFailed(failure);
    }
  }

  @Override
  public void cancel() {
    ended = true;
  }
}
