package dev.artserver.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever happens to instances, messages and locks, a provider never gets more calls at once than
/// its limit allows, and gets nearly as many.
class SharedLimitTest {
  private static final int LIMIT = 12;
  private static final int INSTANCES = 4;
  private static final ClusterQuotaConfig CONFIG =
      new ClusterQuotaConfig(Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofSeconds(5));
  private static final Duration STEP = Duration.ofMillis(500);

  private static SimCluster cluster(long seed) {
    Permits.Limits limits =
        new Permits.Limits(
            new Budget.Limits(LIMIT, 0, 0), 1_000, 4, Duration.ofSeconds(5), Duration.ofMinutes(5));
    Lane.Rules rules = new Lane.Rules(Budget.Limits.NONE, null, Lane.OnOpen.REFUSE, true);
    SimCluster cluster =
        new SimCluster(new Random(seed), CONFIG, limits, Map.of(SimCluster.PROVIDER, rules));
    cluster.delayMaxMs = 20;
    cluster.peersDelay = Duration.ofSeconds(2);
    return cluster;
  }

  private static SimCluster.Instance start(SimCluster cluster, SimProvider provider) {
    SimCluster.Instance instance = cluster.start();
    provider.demand(instance, LIMIT);
    return instance;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void no_fault_lets_more_calls_through_than_the_limit(long seed) {
    SimCluster cluster = cluster(seed);
    SimProvider provider = new SimProvider(cluster, LIMIT, Duration.ofSeconds(6));
    Faults faults = new Faults(cluster, provider);
    for (int i = 0; i < INSTANCES; i++) {
      start(cluster, provider);
    }

    for (int step = 0; step < 3_600; step++) {
      faults.step();
      cluster.advance(STEP);
      assertThat(provider.peak)
          .as("seed %d, step %d, %s", seed, step, faults)
          .isLessThanOrEqualTo(LIMIT);
    }

    System.out.printf(
        "seed %d: peak %d of %d, %d calls, %d lost, %d late, %.1f %% used, %s%n",
        seed,
        provider.peak,
        LIMIT,
        provider.served,
        provider.lost,
        provider.late,
        100 * provider.utilisation(0),
        faults);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void kills_cost_little(long seed) {
    SimCluster cluster = cluster(seed);
    SimProvider provider = new SimProvider(cluster, LIMIT, Duration.ofSeconds(6));
    for (int i = 0; i < INSTANCES; i++) {
      start(cluster, provider);
    }
    cluster.advance(Duration.ofMinutes(1));
    long since = cluster.now();
    provider.countFrom(since);

    for (int minute = 0; minute < 60; minute++) {
      List<SimCluster.Instance> living = cluster.living();
      living.get(cluster.random.nextInt(living.size())).kill();
      cluster.advance(Duration.ofSeconds(5));
      start(cluster, provider);
      cluster.advance(Duration.ofSeconds(55));
    }

    provider.count();
    double used = provider.utilisation(since);
    System.out.printf(
        "seed %d: an instance of %d killed every minute: %.1f %% used%n",
        seed, INSTANCES, 100 * used);
    assertThat(provider.peak).isEqualTo(LIMIT);
    assertThat(used).as("seed %d", seed).isGreaterThan(0.9);
  }
}
