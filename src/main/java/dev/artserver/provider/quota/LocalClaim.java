package dev.artserver.provider.quota;

import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.PermitRequest;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A claim on a quota of this process: the request itself, so that a free permit costs one object.
final class LocalClaim extends PermitRequest implements PermitClaim {
  private final Quota quota;
  private final PermitWaiter waiter;

  LocalClaim(Quota quota, Lane lane, int level, long tokens, long patience, PermitWaiter waiter) {
    super(lane, level, tokens, patience);
    this.quota = quota;
    this.waiter = waiter;
  }

  PermitWaiter waiter() {
    return waiter;
  }

  @Override
  public @Nullable Refused refused() {
    Permits.Refusal why = refusal();
    return why == null ? null : new Refused(reason(why), Duration.ofNanos(retryNanos()));
  }

  private static Refused.Reason reason(Permits.Refusal why) {
    return switch (why) {
      case FULL -> Refused.Reason.FULL;
      case LATE -> Refused.Reason.LATE;
      case OPEN -> Refused.Reason.OPEN;
      case BUSY -> Refused.Reason.BUSY;
      case CLOSED -> Refused.Reason.CLOSED;
    };
  }

  @Override
  public LeaseId lease() {
    return quota.leaseId(this);
  }

  @Override
  public void release(Ending ending) {
    quota.release(this, ending);
  }

  @Override
  public void withdraw() {
    quota.withdraw(this);
  }

  @Override
  public Future<Optional<WaitingPlace>> place() {
    return Future.succeededFuture(Optional.ofNullable(quota.place(this)));
  }
}
