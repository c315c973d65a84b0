package dev.artserver.observe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// The state of all instances for operators, as JSON. What only one of them knows is asked of it.
/// Futures complete on the caller's context.
public interface Instances {
  /// All that live, in the order of their ids.
  List<InstanceStats> all();

  /// `{reason, …}` of a run that waits for a slot (`admission`), for a provider or for its next
  /// try; empty when it waits for none of these.
  Future<Optional<ObjectNode>> waiting(ThreadId thread, RunId run);

  /// Tracked threads; threads with work come first.
  Future<List<ObjectNode>> threads(int limit);

  /// What a thread did while it last had work.
  Future<Optional<ObjectNode>> thread(ThreadId thread);
}
