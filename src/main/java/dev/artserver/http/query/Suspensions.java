package dev.artserver.http.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.FailureException;
import dev.artserver.model.Page;
import dev.artserver.model.Question;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.thread.Threads;
import dev.artserver.wire.PageView;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the open questions of threads.
public final class Suspensions {
  private final Threads threads;
  private final RunReader reader;

  public Suspensions(Threads threads, RunReader reader) {
    this.threads = threads;
    this.reader = reader;
  }

  /// The open questions of a thread; empty: none. Fails with `NotFound`.
  public Future<Optional<ObjectNode>> of(ThreadId thread) {
    return threads
        .find(thread)
        .compose(head -> view(head).map(view -> view.map(RunView::suspension)));
  }

  private Future<Optional<RunView>> view(ThreadHead head) {
    RunId run = head.runId();
    return run == null
        ? Future.succeededFuture(Optional.empty())
        : reader.read(head.threadId(), run).map(view -> Optional.of(view).filter(RunView::asks));
  }

  /// A page of suspended threads' questions, newest change first; it may hold fewer than the limit
  /// and yet have a next.
  ///
  /// @param wanted which suspensions: those with such a question
  public Future<ObjectNode> page(ThreadQuery query, Predicate<Question> wanted) {
    return threads.list(query).compose(page -> views(page, 0, wanted, new ArrayList<>()));
  }

  /// One thread after the other: a page holds at most some hundreds.
  private Future<ObjectNode> views(
      Page<ThreadHead> page, int next, Predicate<Question> wanted, List<ObjectNode> found) {
    if (next == page.items().size()) {
      return Future.succeededFuture(PageView.write(found, page.nextCursor()));
    }
    return view(page.items().get(next))
        .recover(gone ->
            gone instanceof FailureException
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(gone))
        .compose(view -> {
          view.filter(one -> one.questions().stream().anyMatch(wanted))
              .map(RunView::suspension)
              .ifPresent(found::add);
          return views(page, next + 1, wanted, found);
        });
  }
}
