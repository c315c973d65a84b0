package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The progress of recovery: it reads ids of unfinished threads page by page and counts the threads
/// that were activated. Confined to the activator's context.
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE = 500;

  private final ThreadStore store;
  private final Promise<Integer> outcome = Promise.promise();
  private Optional<ThreadId> after = Optional.empty();
  private boolean begun;
  private boolean reading;
  private boolean readAll;
  private int failures;
  private int open;
  private int activated;

  Recovery(ThreadStore store) {
    this.store = store;
  }

  void begin() {
    begun = true;
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
  Optional<Future<List<ThreadId>>> next() {
    if (!unread() || reading) {
      return Optional.empty();
    }
    reading = true;
    return Optional.of(Activator.attempt(() -> store.unfinished(after, PAGE)));
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
