package dev.artserver.store.postgres;

import dev.artserver.flow.Callbacks;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Work to do with a session, and the future its caller waits for, which completes on the caller's
/// context. The first outcome counts.
///
/// @param <T> what the caller gets
final class Task<T> {
  private final @Nullable ThreadId thread;
  private final @Nullable AppendRows append;
  private final Function<Session, Future<T>> work;
  private final long bytes;
  private final Context context;
  private final long acceptedNanos;
  private final Promise<T> promise = Promise.promise();
  private @Nullable Future<T> outcome;

  private Task(
      @Nullable ThreadId thread,
      @Nullable AppendRows append,
      Function<Session, Future<T>> work,
      long bytes,
      Context context,
      long acceptedNanos) {
    this.thread = thread;
    this.append = append;
    this.work = work;
    this.bytes = bytes;
    this.context = context;
    this.acceptedNanos = acceptedNanos;
  }

  /// @param thread what is written to one thread is written in order; null: in no order
  static <T> Task<T> of(
      @Nullable ThreadId thread,
      long bytes,
      Function<Session, Future<T>> work,
      Context context,
      long now) {
    return new Task<>(thread, null, work, bytes, context, now);
  }

  /// An append, which may share its statement with others.
  static Task<Void> append(AppendRows rows, Context context, long now) {
    return new Task<>(
        rows.append().id(),
        rows,
        _ -> Future.failedFuture(new IllegalStateException("an append is run in its group")),
        rows.bytes(),
        context,
        now);
  }

  @Nullable ThreadId thread() {
    return thread;
  }

  @Nullable AppendRows append() {
    return append;
  }

  long bytes() {
    return bytes;
  }

  long acceptedNanos() {
    return acceptedNanos;
  }

  Context context() {
    return context;
  }

  /// Does the work and keeps its outcome; the same future.
  Future<T> run(Session session) {
    return work.apply(session).onSuccess(result -> keep(Future.succeededFuture(result)));
  }

  /// For an append that is written.
  void succeed() {
    keep(Future.succeededFuture());
  }

  void fail(Failure failure) {
    keep(Future.failedFuture(new FailureException(failure)));
  }

  private void keep(Future<T> first) {
    if (outcome == null) {
      outcome = first;
    }
  }

  boolean isOpen() {
    return outcome == null;
  }

  boolean succeeded() {
    return outcome != null && outcome.succeeded();
  }

  Future<T> future() {
    return promise.future();
  }

  /// Completes the future with the outcome.
  void answer() {
    Future<T> known = outcome;
    if (known == null) {
      throw new IllegalStateException("a task without an outcome");
    }
    Callbacks.complete(promise, known);
  }
}
