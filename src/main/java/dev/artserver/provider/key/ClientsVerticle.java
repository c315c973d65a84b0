package dev.artserver.provider.key;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/// The context clients are opened on, since what is opened on a caller's would be closed with that
/// caller, and closed from when they were unused for long.
public final class ClientsVerticle extends VerticleBase {
  private final List<ClientPool> all;

  public ClientsVerticle(List<ClientPool> all) {
    this.all = all;
  }

  @Override
  public Future<?> start() {
    all.forEach(pool -> pool.liveOn(context));
    all.stream()
        .map(pool -> pool.config().idleTimeout().dividedBy(2))
        .min(Duration::compareTo)
        .ifPresent(pause ->
            vertx.setPeriodic(
                Math.max(1, pause.toMillis()), tick -> all.forEach(ClientPool::sweep)));
    return Future.succeededFuture();
  }

  /// Ends open calls and closes every client.
  @Override
  public Future<?> stop() {
    return Future.join(all.stream().map(ClientPool::close).toList());
  }
}
