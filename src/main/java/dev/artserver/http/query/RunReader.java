package dev.artserver.http.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadEvent.RunQueued;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.Threads;
import dev.artserver.wire.PageView;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads runs out of a thread's facts.
public final class RunReader {
  private static final int BATCH = 1_000;
  private static final Set<Class<? extends ThreadEvent>> QUEUED = Set.of(RunQueued.class);

  private final Threads threads;

  public RunReader(Threads threads) {
    this.threads = threads;
  }

  /// The current view of the run; fails with `NotFound`.
  public Future<RunView> read(ThreadId thread, RunId run) {
    return read(thread, run, null, 0);
  }

  private Future<RunView> read(ThreadId thread, RunId run, @Nullable RunView sofar, long after) {
    FactQuery query = new FactQuery(after, Long.MAX_VALUE, RunView.KINDS, run, BATCH, false);
    return threads
        .facts(thread, query)
        .compose(facts -> {
          RunView view = fold(thread, sofar, facts);
          if (view == null) {
            return Future.failedFuture(
                new FailureException(new Failure.NotFound("RUN", run.value())));
          }
          return query.exhaustedBy(facts)
              ? Future.succeededFuture(view)
              : read(thread, run, view, facts.getLast().seq());
        });
  }

  private static @Nullable RunView fold(
      ThreadId thread, @Nullable RunView sofar, List<Fact> facts) {
    RunView view = sofar;
    for (Fact fact : facts) {
      if (view == null) {
        view = RunView.of(thread, fact);
      } else {
        view.take(fact);
      }
    }
    return view;
  }

  /// A page of runs, newest first.
  ///
  /// @param before only runs queued before this seq
  public Future<ObjectNode> page(ThreadId thread, long before, int limit) {
    FactQuery query = new FactQuery(0, before, QUEUED, null, limit + 1, true);
    return threads
        .facts(thread, query)
        .compose(queued -> {
          List<Fact> shown = queued.size() > limit ? queued.subList(1, queued.size()) : queued;
          String next = query.exhaustedBy(queued) ? null : Long.toString(shown.getFirst().seq());
          return scan(thread, views(thread, shown), before(shown))
              .map(views -> PageView.write(newestFirst(views), next));
        });
  }

  private static Map<RunId, RunView> views(ThreadId thread, List<Fact> queued) {
    Map<RunId, RunView> views = new LinkedHashMap<>();
    for (Fact fact : queued) {
      RunView view = RunView.of(thread, fact);
      if (view != null) {
        views.put(view.run(), view);
      }
    }
    return views;
  }

  private static long before(List<Fact> facts) {
    return facts.isEmpty() ? 0 : facts.getFirst().seq() - 1;
  }

  /// Reads on from `after` until all of `views` have ended, or the log has.
  private Future<Map<RunId, RunView>> scan(ThreadId thread, Map<RunId, RunView> views, long after) {
    if (views.values().stream().allMatch(view -> view.status().ended())) {
      return Future.succeededFuture(views);
    }
    FactQuery query = new FactQuery(after, Long.MAX_VALUE, RunView.KINDS, null, BATCH, false);
    return threads
        .facts(thread, query)
        .compose(facts -> {
          for (Fact fact : facts) {
            RunId run = fact.event().run();
            RunView view = run == null ? null : views.get(run);
            if (view != null) {
              view.take(fact);
            }
          }
          return query.exhaustedBy(facts)
              ? Future.succeededFuture(views)
              : scan(thread, views, facts.getLast().seq());
        });
  }

  private static List<ObjectNode> newestFirst(Map<RunId, RunView> views) {
    return List.copyOf(views.values()).reversed().stream().map(RunView::write).toList();
  }
}
