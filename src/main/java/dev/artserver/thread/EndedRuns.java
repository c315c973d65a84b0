package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.Fact;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import io.vertx.core.Future;
import java.util.Set;

/// Looks up runs that a thread's state does not hold any more.
final class EndedRuns {
  private EndedRuns() {}

  /// What became of a run; fails with `NotFound` when the thread never had it.
  static Future<Answer.RunSeen> find(ThreadStore store, ThreadId thread, RunId run) {
    return store
        .read(thread, new FactQuery(0, Long.MAX_VALUE, Set.of(), run, 1, true))
        .map(last -> {
          if (last.isEmpty()) {
            throw new FailureException(new Failure.NotFound("RUN", run.value()));
          }
          return new Answer.RunSeen(run, statusAfter(last.getFirst()));
        });
  }

  private static RunStatus statusAfter(Fact fact) {
    return fact.event() instanceof ThreadEvent.RunEnd end ? end.status() : RunStatus.RUNNING;
  }
}
