package dev.artserver.provider.quota;

import dev.artserver.flow.Ending;
import dev.artserver.flow.WaitingPlace;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request for a permit, and the lease once it is granted. Its state may be read from any thread.
public interface PermitClaim {
  /// Whether the waiter is told of its outcome: it still waited when `acquire` returned. Never
  /// changes.
  boolean queued();

  /// Whether it has a permit now: granted, and neither released nor run out as far as known here.
  boolean held();

  /// Why there is no permit; null when it was not refused.
  @Nullable Refused refused();

  /// Names the lease to other processes. Only after it was granted.
  LeaseId lease();

  /// What was reserved for it.
  long tokens();

  /// Gives the permit back and reports how the call ended. Harmless when it is not held; a report
  /// that does not arrive costs the rest of the lease.
  void release(Ending ending);

  /// The caller wants it no more: leaves the queue, or gives back unused what was granted
  /// meanwhile. The waiter may still be told of what was settled before.
  void withdraw();

  /// Where it stands in the queue; empty when it does not wait, or the answer is not known.
  Future<Optional<WaitingPlace>> place();
}
