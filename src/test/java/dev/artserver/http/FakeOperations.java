package dev.artserver.http;

import dev.artserver.admission.Load;
import dev.artserver.admission.PoolPlace;
import dev.artserver.admission.PoolStats;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.observe.Alerts;
import dev.artserver.observe.InstanceStats;
import dev.artserver.observe.Instances;
import dev.artserver.observe.OneInstance;
import dev.artserver.observe.Operations;
import dev.artserver.observe.RunOutcomes;
import dev.artserver.observe.ThreadMonitor;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.ProviderWait;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Numbers of a server that a test sets.
final class FakeOperations {
  static final PoolStats POOL =
      new PoolStats(
          50,
          50,
          Map.of(Priority.LOW, 2, Priority.URGENT, 1),
          TestConfigs.POOL,
          120,
          3,
          4,
          5,
          Duration.ofMillis(80),
          Duration.ofMillis(900));
  static final Load LOAD = new Load(0.91234, true, 40, new Load.Parts(0.1, 0.2, 0.91234, 0.3, 0));

  final Map<RunId, PoolPlace> places = new ConcurrentHashMap<>();
  final Map<RunId, ProviderWait> waits = new ConcurrentHashMap<>();
  final ThreadMonitor monitor = new ThreadMonitor(10, thread -> OptionalLong.of(4_096));
  final Alerts alerts = new Alerts(() -> FakeThreads.NOW, changed -> {});

  FakeOperations() {
    alerts.watch(
        TestConfigs.ALERTS,
        new RunOutcomes(() -> FakeThreads.NOW, Duration.ofMinutes(5)),
        () -> POOL,
        () -> LOAD,
        FakeOperations::providers);
  }

  static List<ProviderStats> providers() {
    return List.of(
        new ProviderStats(
            "demo",
            "demo",
            5,
            5,
            12,
            1_000,
            3,
            90,
            0,
            0,
            0,
            0,
            0,
            Duration.ofMillis(1_500),
            ProviderStats.BreakerState.HALF_OPEN,
            1,
            2,
            3,
            4,
            0));
  }

  Instances instances() {
    return new OneInstance(
        () -> new InstanceStats("i1", "0.1.0", 3, 100, 2, 10, 1, false, "127.0.0.1:8080", true),
        view());
  }

  Operations view() {
    return new Operations(
        () -> POOL,
        () -> LOAD,
        run -> Optional.ofNullable(places.get(run)),
        FakeOperations::providers,
        run -> Future.succeededFuture(Optional.ofNullable(waits.get(run))),
        monitor,
        alerts);
  }
}
