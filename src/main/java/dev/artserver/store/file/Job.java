package dev.artserver.store.file;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work to do with a connection, and the future its caller waits for. A thread of the store runs
/// it; the future completes later, on the caller's context.
///
/// @param <C> the connection
final class Job<C, T> {
  /// Throws a `FailureException` when it refuses; then it has changed nothing.
  @FunctionalInterface
  interface Work<C, T> {
    T with(C connection) throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(Job.class);

  private final Work<C, T> work;
  private final Promise<T> promise = Promise.promise();
  private final Context context;
  private final long bytes;
  private final long acceptedNanos;
  private @Nullable T result;
  private @Nullable FailureException failure;

  Job(Work<C, T> work, Context context, long bytes, long acceptedNanos) {
    this.work = work;
    this.context = context;
    this.bytes = bytes;
    this.acceptedNanos = acceptedNanos;
  }

  void run(C connection) throws SQLException {
    try {
      result = work.with(connection);
    } catch (FailureException refused) {
      failure = refused;
    }
  }

  /// Makes the job a failed one, whatever came of it before.
  void fail(Failure reason) {
    failure = new FailureException(reason);
  }

  boolean failed() {
    return failure != null;
  }

  /// Completes the futures of these jobs on the context they share.
  static void answer(Context context, List<? extends Job<?, ?>> jobs) {
    try {
      context.runOnContext(_ -> jobs.forEach(Job::answer));
    } catch (RejectedExecutionException stopped) {
      // The event loop is gone, but a caller may still wait, and the next job must be done.
      jobs.forEach(Job::answer);
    }
  }

  private void answer() {
    try {
      if (failure != null) {
        promise.tryFail(failure);
      } else {
        promise.tryComplete(result);
      }
    } catch (Throwable e) {
      // A listener's mistake must not keep the other jobs of the group from their answers.
      log.atError().setCause(e).log("a listener to the store threw");
    }
  }

  Future<T> future() {
    return promise.future();
  }

  Context context() {
    return context;
  }

  long bytes() {
    return bytes;
  }

  long acceptedNanos() {
    return acceptedNanos;
  }
}
