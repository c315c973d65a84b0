package dev.artserver.cluster;

/// What an instance says of itself, about once a second.
///
/// @param release the version of its build
/// @param threads threads it owns
/// @param threadsMax threads it may own
/// @param runs runs that proceed there
/// @param runsMax runs that may proceed there at once
/// @param waiting runs that wait for their turn
/// @param draining whether it is about to stop and takes nothing new
/// @param api where its API listens, `HOST:PORT`; for people
public record InstanceInfo(
    InstanceId id,
    String release,
    int threads,
    int threadsMax,
    int runs,
    int runsMax,
    int waiting,
    boolean draining,
    String api) {
  /// Whether it takes further threads.
  public boolean hasRoom() {
    return !draining && threads < threadsMax;
  }
}
