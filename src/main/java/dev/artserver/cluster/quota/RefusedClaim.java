package dev.artserver.cluster.quota;

import dev.artserver.flow.Ending;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.provider.quota.LeaseId;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/// A claim of a lane that this instance does not have: the instances are configured differently.
record RefusedClaim(long tokens) implements PermitClaim {
  private static final Refused REFUSED = new Refused(Refused.Reason.LANES, Duration.ZERO);

  @Override
  public boolean queued() {
    return false;
  }

  @Override
  public boolean held() {
    return false;
  }

  @Override
  public Refused refused() {
    return REFUSED;
  }

  @Override
  public LeaseId lease() {
    throw new IllegalStateException("it was never granted");
  }

  @Override
  public void release(Ending ending) {}

  @Override
  public void withdraw() {}

  @Override
  public Future<Optional<WaitingPlace>> place() {
    return Future.succeededFuture(Optional.empty());
  }
}
