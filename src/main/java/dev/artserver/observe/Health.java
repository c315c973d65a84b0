package dev.artserver.observe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The server's phase of life, and the checks that must pass before it takes requests. Thread-safe.
public final class Health {
  /// The phases of a server's life.
  public enum Stage {
    STARTING,
    SERVING,
    STOPPING
  }

  private volatile Stage stage = Stage.STARTING;
  private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();

  /// Adds a readiness check.
  public void require(HealthCheck check) {
    checks.add(check);
  }

  /// From now on the server takes requests. No effect when it is stopping.
  public synchronized void serving() {
    if (stage == Stage.STARTING) {
      stage = Stage.SERVING;
    }
  }

  /// From now on the server should get no requests.
  public synchronized void stopping() {
    stage = Stage.STOPPING;
  }

  Stage stage() {
    return stage;
  }

  List<HealthCheck> checks() {
    return List.copyOf(checks);
  }
}
