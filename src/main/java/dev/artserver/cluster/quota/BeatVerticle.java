package dev.artserver.cluster.quota;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/// The heartbeat of this instance's shared permits.
final class BeatVerticle extends VerticleBase {
  private final Duration beat;
  private final List<ClusterQuota> sources;

  BeatVerticle(Duration beat, List<ClusterQuota> sources) {
    this.beat = beat;
    this.sources = List.copyOf(sources);
  }

  @Override
  public Future<?> start() {
    vertx.setPeriodic(beat.toMillis(), beats -> sources.forEach(each -> each.member().beat()));
    return Future.succeededFuture();
  }
}
