package dev.artserver.vertx;

import dev.artserver.flow.Timers;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Timers of the context they are used on. A call has several, nearly all of them are taken back,
/// and thousands wait at once: so they go to the event loop itself, with half of the objects of
/// `Vertx.setTimer`. That one ends with its verticle; here, the caller cancels its own when it is
/// undeployed.
public final class VertxTimers implements Timers {
  private final Vertx vertx;

  public VertxTimers(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable task) {
    ContextInternal context = LastingContext.internal(vertx);
    Due due = new Due(context, task);
    // Rounded up: a timer that comes early would have to be set again.
    long ms = Math.max(1, delay.plusNanos(999_999).toMillis());
    due.future = context.nettyEventLoop().schedule(due, ms, TimeUnit.MILLISECONDS);
    return due;
  }

  /// What its event loop runs when it is time.
  private static final class Due implements Scheduled, Runnable {
    private final ContextInternal context;
    private @Nullable Runnable task;
    private @Nullable Future<?> future;

    Due(ContextInternal context, Runnable task) {
      this.context = context;
      this.task = task;
    }

    @Override
    public void run() {
      context.emit(ignored -> {
        Runnable left = task;
        task = null;
        if (left != null) {
          left.run();
        }
      });
    }

    @Override
    public void cancel() {
      Future<?> waiting = future;
      if (task != null && waiting != null) {
        task = null;
        waiting.cancel(false);
      }
    }
  }
}
