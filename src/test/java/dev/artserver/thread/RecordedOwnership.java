package dev.artserver.thread;

import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/// Answers claims as a test says, and records what is released.
final class RecordedOwnership implements Ownership {
  final List<Released> released = Collections.synchronizedList(new ArrayList<>());
  final List<ThreadId> claimed = Collections.synchronizedList(new ArrayList<>());
  private final Function<ThreadId, Future<Boolean>> claims;

  record Released(ThreadId id, boolean unfinished) {}

  RecordedOwnership(Function<ThreadId, Future<Boolean>> claims) {
    this.claims = claims;
  }

  @Override
  public Future<Boolean> claim(ThreadId id) {
    claimed.add(id);
    return claims.apply(id);
  }

  @Override
  public void released(ThreadId id, boolean unfinished) {
    released.add(new Released(id, unfinished));
  }

  @Override
  public Future<List<ThreadId>> toTakeUp(List<ThreadId> unfinished) {
    return Future.succeededFuture(unfinished);
  }
}
