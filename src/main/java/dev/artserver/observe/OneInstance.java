package dev.artserver.observe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The instance that is asked, alone.
public record OneInstance(Supplier<InstanceStats> stats, Operations operations)
    implements Instances {
  @Override
  public List<InstanceStats> all() {
    return List.of(stats.get());
  }

  @Override
  public Future<Optional<ObjectNode>> waiting(ThreadId thread, RunId run) {
    Optional<ObjectNode> place = operations.queuePlace(run);
    return place.isPresent()
        ? Future.succeededFuture(place.map(found -> found.put("reason", "admission")))
        : operations.providerWait(run);
  }

  @Override
  public Future<List<ObjectNode>> threads(int limit) {
    return Future.succeededFuture(operations.threads(limit));
  }

  @Override
  public Future<Optional<ObjectNode>> thread(ThreadId thread) {
    return Future.succeededFuture(operations.thread(thread));
  }
}
