package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One pass over all unfinished threads: it reads their ids page by page and counts the threads
/// that were activated. Confined to the activator's context.
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;

  private final ThreadStore store;
  private final Function<List<ThreadId>, Future<List<ThreadId>>> toTakeUp;
  private final Promise<Integer> outcome = Promise.promise();
  private Optional<ThreadId> after = Optional.empty();
  private boolean begun;
  private boolean reading;
  private boolean readAll;
  private int failures;
  private int open;
  private int activated;

  /// @param toTakeUp which of some unfinished threads are for this instance
  Recovery(ThreadStore store, Function<List<ThreadId>, Future<List<ThreadId>>> toTakeUp) {
    this.store = store;
    this.toTakeUp = toTakeUp;
  }

  /// One page.
  ///
  /// @param read what the store has
  /// @param ours those of them to activate here
  record Found(List<ThreadId> read, List<ThreadId> ours) {}

  void begin() {
    begun = true;
  }

  boolean begun() {
    return begun;
  }

  /// Succeeds with the number of activated threads, once no unfinished thread is left.
  Future<Integer> outcome() {
    return outcome.future();
  }

  /// Whether there may be ids that were not read yet.
  boolean unread() {
    return begun && !readAll;
  }

  /// The next page, unless one is being read or all are; `onPage` or `onFailure` follows.
  Optional<Future<Found>> next() {
    if (!unread() || reading) {
      return Optional.empty();
    }
    reading = true;
    return Optional.of(
        Activator.attempt(() -> store.unfinished(after, PAGE))
            .compose(read ->
                read.isEmpty()
                    ? Future.succeededFuture(new Found(read, read))
                    : Activator.attempt(() -> toTakeUp.apply(read))
                        .map(ours -> new Found(read, ours))));
  }

  void onPage(List<ThreadId> ids) {
    reading = false;
    failures = 0;
    readAll = ids.size() < PAGE;
    after = ids.isEmpty() ? after : Optional.of(ids.getLast());
  }

  /// Gives the number of failures in a row. The following `next` reads the page again.
  int onFailure(Throwable cause) {
    reading = false;
    failures++;
    if (failures == 1) {
      LOG.atWarn().setCause(cause).log("unfinished threads could not be read and are read again");
    }
    return failures;
  }

  /// An unfinished thread waits to be activated.
  void added() {
    open++;
  }

  /// It is activated, or left to another instance.
  void ended(boolean active) {
    open--;
    activated += active ? 1 : 0;
  }

  void completeWhenNoneIsLeft() {
    if (readAll && open == 0 && outcome.tryComplete(activated) && activated > 0) {
      LOG.atInfo().addKeyValue("threads", activated).log("unfinished threads were taken up");
    }
  }
}
