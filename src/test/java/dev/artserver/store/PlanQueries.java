package dev.artserver.store;

import dev.artserver.model.FactQuery;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the tests of query plans of all databases ask.
public final class PlanQueries {
  private PlanQueries() {}

  public static FactQuery facts(
      Set<Class<? extends ThreadEvent>> types, @Nullable RunId run, boolean last) {
    return new FactQuery(0, 100, types, run, 10, last);
  }

  /// The head of a copy.
  public static ThreadHead renamed(ThreadHead head) {
    return new ThreadHead(
        new ThreadId("copy"),
        head.status(),
        head.title(),
        head.profile(),
        head.stateVersion(),
        head.seq(),
        head.runId(),
        head.createdAt(),
        head.updatedAt(),
        head.dueAt());
  }
}
