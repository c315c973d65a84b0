package dev.artserver.provider.key;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/// Where clients live: made on its context, since what is made on a caller's would be closed with
/// that caller, and closed from it when they were unused for long.
public final class ClientsVerticle extends VerticleBase {
  private final List<ClientPool> all;

  public ClientsVerticle(List<ClientPool> all) {
    this.all = all;
  }

  @Override
  public Future<?> start() {
    all.forEach(accounts -> accounts.liveOn(context));
    all.stream()
        .map(accounts -> accounts.config().idleTimeout().dividedBy(2))
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
