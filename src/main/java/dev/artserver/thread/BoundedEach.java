package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls a function for each of many threads, a bounded number at once. A failure is logged and
/// does not stop the others. Confined to one context, on which the function's futures must
/// complete.
final class BoundedEach {
  private static final Logger LOG = LoggerFactory.getLogger(BoundedEach.class);

  private final int atOnce;
  private final ArrayDeque<ThreadId> left;
  private final Function<ThreadId, Future<Void>> act;
  private final Promise<Void> over = Promise.promise();
  private int running;
  private boolean draining;

  private BoundedEach(int atOnce, Collection<ThreadId> ids, Function<ThreadId, Future<Void>> act) {
    this.atOnce = atOnce;
    this.left = new ArrayDeque<>(ids);
    this.act = act;
  }

  /// Succeeds when all are done.
  static Future<Void> run(
      int atOnce, Collection<ThreadId> ids, Function<ThreadId, Future<Void>> act) {
    BoundedEach each = new BoundedEach(atOnce, ids, act);
    each.drain();
    return each.over.future();
  }

  /// A loop: futures that complete at once do not deepen the stack.
  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    while (running < atOnce && !left.isEmpty()) {
      begin(left.remove());
    }
    draining = false;
    if (running == 0 && left.isEmpty()) {
      over.tryComplete();
    }
  }

  private void begin(ThreadId id) {
    running++;
    attempt(id)
        .onComplete(done -> {
          running--;
          if (done.failed()) {
            LOG.atWarn()
                .setCause(done.cause())
                .addKeyValue("threadId", id)
                .log("a thread could not be handed over");
          }
          drain();
        });
  }

  private Future<Void> attempt(ThreadId id) {
    try {
      return act.apply(id);
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }
}
