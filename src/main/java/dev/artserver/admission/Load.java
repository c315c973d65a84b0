package dev.artserver.admission;

/// The load of this instance at one moment, and what follows from it.
///
/// @param value 0 to 1: the greatest of `parts`, smoothed over a few seconds, since the resource
///   used up first is the limit
/// @param shouldThrottle whether it is overloaded: from `scaleUpThreshold` on, until the load has
///   fallen to `scaleDownThreshold`
/// @param recommendedConcurrency how many runs should proceed at once
public record Load(double value, boolean shouldThrottle, int recommendedConcurrency, Parts parts) {

  /// The parts of the load, each 0 to 1.
  ///
  /// @param queue how full the pool's queue is
  /// @param responseTime how long runs wait for a slot, against the target; zero when none waits
  public record Parts(
      double eventLoopLag, double heap, double cpu, double queue, double responseTime) {
    static final Parts NONE = new Parts(0, 0, 0, 0, 0);

    double greatest() {
      return Math.max(Math.max(eventLoopLag, Math.max(heap, cpu)), Math.max(queue, responseTime));
    }
  }
}
