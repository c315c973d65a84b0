package dev.artserver.cluster.quota;

import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitSourceContract;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/// Shared permits are like those of one process, on the coordinator's instance and on another.
class ClusterQuotaContractTest {
  private static final ClusterQuotaConfig CONFIG =
      new ClusterQuotaConfig(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(10));

  @Nested
  class OfTheCoordinator extends PermitSourceContract {
    @Override
    protected World world(Permits.Limits limits, Map<String, Lane.Rules> lanes) {
      return new SimWorld(limits, lanes, 0);
    }
  }

  @Nested
  class OfAnotherInstance extends PermitSourceContract {
    @Override
    protected World world(Permits.Limits limits, Map<String, Lane.Rules> lanes) {
      return new SimWorld(limits, lanes, 1);
    }
  }

  private static final class SimWorld implements PermitSourceContract.World {
    private final SimCluster cluster;
    private final PermitSource source;

    SimWorld(Permits.Limits limits, Map<String, Lane.Rules> lanes, int which) {
      cluster = new SimCluster(new Random(1), CONFIG, limits, lanes);
      SimCluster.Instance first = cluster.start();
      cluster.advance(CONFIG.quarantine().plusSeconds(5));
      SimCluster.Instance second = cluster.start();
      cluster.advance(Duration.ofSeconds(5));
      source = which == 0 ? first.source : second.source;
    }

    @Override
    public PermitSource source() {
      return source;
    }

    @Override
    public void settle() {
      cluster.settle();
    }

    @Override
    public void advance(Duration time) {
      cluster.advance(time);
    }
  }
}
