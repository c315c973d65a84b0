package dev.artserver.observe;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Where the server is in its life, and what else must hold for it to take requests. May be used
/// from any thread.
public final class Health {
  /// A server's life.
  public enum Stage {
    STARTING,
    SERVING,
    STOPPING
  }

  private volatile Stage stage = Stage.STARTING;
  private final List<HealthCheck> checks = new CopyOnWriteArrayList<>();

  /// Adds a check to those of readiness.
  public void require(HealthCheck check) {
    checks.add(check);
  }

  /// Requests are taken from now on. Without effect when the server stops already.
  public synchronized void serving() {
    if (stage == Stage.STARTING) {
      stage = Stage.SERVING;
    }
  }

  /// No more requests should come.
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
