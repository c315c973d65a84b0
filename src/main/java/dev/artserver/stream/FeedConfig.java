package dev.artserver.stream;

import static dev.artserver.model.Checks.require;

import java.time.Duration;

/// Limits of every thread's feed.
///
/// @param ringFacts recent facts kept while a thread has readers or a run, 1 to 65,536
/// @param ringBytes about how much memory these facts may take, and as much again for the text of
///   ended calls that some reader lacks; at least 1,024
/// @param readersMax readers of one thread at once, at least 1; then `Full` (`OVERLOADED`)
/// @param stallMax how long a reader may hold one part; then it is ended `TOO_SLOW`
/// @param replayPage facts read from the store at once for a reader far behind, 1 to 1,000
/// @param tokenPause the pause between two parts of a reader that hold only text of calls; zero:
///   none, else at least 1 ms
public record FeedConfig(
    int ringFacts,
    long ringBytes,
    int readersMax,
    Duration stallMax,
    int replayPage,
    Duration tokenPause) {
  public FeedConfig {
    require(
        ringFacts >= 1 && ringFacts <= 65_536,
        "feed.ringFacts must be 1 to 65536, got " + ringFacts);
    require(ringBytes >= 1_024, "feed.ringBytes must be at least 1024, got " + ringBytes);
    require(readersMax >= 1, "feed.readersMax must be at least 1, got " + readersMax);
    require(stallMax.isPositive(), "feed.stallMax must be positive, got " + stallMax);
    require(
        replayPage >= 1 && replayPage <= 1_000,
        "feed.replayPage must be 1 to 1000, got " + replayPage);
    require(
        tokenPause.isZero() || tokenPause.toMillis() >= 1,
        "feed.tokenPause must be zero or at least 1 ms, got " + tokenPause);
  }
}
