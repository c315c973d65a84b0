package dev.artserver.admission;

import java.time.Duration;

/// Measures the load of this instance once a second: `currentLoad`, `shouldThrottle` with
/// hysteresis, and `recommendConcurrency`.
///
/// The recommendation is an adaptive limit by additive increase and multiplicative decrease (Chiu
/// and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer
/// Networks", 1989). Each measurement that finds overload lowers it by a tenth. Each measurement
/// without overload, while most slots are in use, raises it by a hundredth of the maximum, at least
/// one. An unused limit does not grow, like congestion windows (RFC 7661). Only resources that
/// fewer runs would relieve count here: late event loops, the heap, and this process's CPU time. A
/// long queue is a reason to let no more runs wait, not to serve them more slowly. CPU time of
/// other processes does not depend on the number of runs.
///
/// Limits from the gradient of response times (TCP Vegas, Netflix' Gradient2) do not fit: a run
/// takes seconds or minutes depending on its question and its model, which says nothing about this
/// instance. The response time that counts here is the part the instance causes: the wait for a
/// slot.
///
/// For one caller at a time.
public final class LoadManager {
  private static final double NEWEST_WEIGHT = 0.4;
  private static final double DECREASE = 0.9;
  private static final int STEPS_TO_GREATEST = 100;

  private final LoadConfig config;
  private final int greatest;
  private final int least;
  private double smoothed;
  private double oursSmoothed;
  private boolean any;
  private boolean overloaded;
  private double limit;
  private Load.Parts parts = Load.Parts.NONE;

  public LoadManager(LoadConfig config, PoolConfig pool) {
    this.config = config;
    greatest = pool.maxConcurrentThreads();
    least = Math.min(greatest, config.minConcurrentThreads());
    limit = greatest;
  }

  /// 0 to 1.
  public double currentLoad() {
    return smoothed;
  }

  public boolean shouldThrottle() {
    return overloaded;
  }

  public int recommendConcurrency() {
    return (int) limit;
  }

  public Load load() {
    return new Load(smoothed, overloaded, recommendConcurrency(), parts);
  }

  /// Takes one measurement; to be called about every second.
  public void observe(MachineLoad machine, PoolStats pool) {
    parts = partsOf(machine, pool);
    smoothed = smooth(smoothed, parts.greatest());
    oursSmoothed = smooth(oursSmoothed, ours(machine));
    any = true;
    overloaded =
        overloaded ? smoothed > config.scaleDownThreshold() : smoothed >= config.scaleUpThreshold();
    if (oursSmoothed >= config.scaleUpThreshold()) {
      limit = Math.max(least, limit * DECREASE);
    } else if (oursSmoothed <= config.scaleDownThreshold() && 2 * pool.active() >= (int) limit) {
      limit = Math.min(greatest, limit + Math.max(1, greatest / STEPS_TO_GREATEST));
    }
  }

  private double smooth(double before, double newest) {
    return any ? before + NEWEST_WEIGHT * (newest - before) : newest;
  }

  private Load.Parts partsOf(MachineLoad machine, PoolStats pool) {
    int queued = pool.queued();
    return new Load.Parts(
        share(machine.eventLoopLag(), config.eventLoopLagMax()),
        share(machine.heap()),
        share(machine.cpu()),
        queued == 0 ? 0 : share((double) queued / pool.limits().maxQueueSize()),
        // Without waiters the average is about earlier ones.
        queued == 0 ? 0 : share(pool.averageWait(), config.targetResponseTime()));
  }

  private double ours(MachineLoad machine) {
    return Math.max(
        share(machine.eventLoopLag(), config.eventLoopLagMax()),
        Math.max(share(machine.heap()), share(machine.ownCpu())));
  }

  private static double share(Duration part, Duration whole) {
    return share((double) part.toNanos() / whole.toNanos());
  }

  private static double share(double value) {
    return value > 0 ? Math.min(1, value) : 0;
  }
}
