package dev.artserver.http.connection;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections and subscriptions the process has open, over all its verticles.
/// Thread-safe.
public final class Occupancy {
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final int connectionsMax;
  private final int subscriptionsMax;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger subscriptions = new AtomicInteger();

  /// @param connectionsMax open connections of the process
  /// @param subscriptionsMax event streams and WebSocket subscriptions of the process
  public Occupancy(int connectionsMax, int subscriptionsMax) {
    this.connectionsMax = connectionsMax;
    this.subscriptionsMax = subscriptionsMax;
  }

  public int connections() {
    return connections.get();
  }

  public int subscriptions() {
    return subscriptions.get();
  }

  /// Counts a connection; false when it is above the limit.
  boolean connected() {
    return connections.incrementAndGet() <= connectionsMax;
  }

  void disconnected() {
    connections.decrementAndGet();
  }

  public Failure tooManyConnections() {
    return new Failure.Full("OVERLOADED", "connections", connectionsMax, RETRY);
  }

  /// A place for one subscription; fails with `Full` (`OVERLOADED`).
  public Lease subscribe() {
    if (subscriptions.incrementAndGet() > subscriptionsMax) {
      subscriptions.decrementAndGet();
      throw new FailureException(
          new Failure.Full("OVERLOADED", "subscriptions", subscriptionsMax, RETRY));
    }
    return new Place();
  }

  /// Is its own flag, to save an object per stream. True while it is held.
  private final class Place extends AtomicBoolean implements Lease {
    private static final long serialVersionUID = 1;

    Place() {
      super(true);
    }

    @Override
    public void release() {
      if (getAndSet(false)) {
        subscriptions.decrementAndGet();
      }
    }
  }

  /// A place that is held.
  @FunctionalInterface
  public interface Lease {
    /// Gives it back; harmless the second time.
    void release();
  }
}
