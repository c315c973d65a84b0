package dev.artserver.stream;

import dev.artserver.model.Fact;
import io.vertx.core.Future;
import java.util.List;

/// Where a feed reads facts of its thread that it no longer keeps.
@FunctionalInterface
public interface FactSource {
  /// The first `limit` facts behind `after`, in order of seq. Called on the owner's context;
  /// completes there.
  Future<List<Fact>> read(long after, int limit);
}
