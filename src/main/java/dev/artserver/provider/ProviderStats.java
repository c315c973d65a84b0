package dev.artserver.provider;

import java.time.Duration;

/// One provider's numbers at one moment, all of the same moment. Local providers share their
/// permits, queue and counts of these.
///
/// @param limit permits there are
/// @param inUse permits out now
/// @param waiting calls in the queue now
/// @param waitingMax calls that may be in the queue
/// @param clients open now: one for each credential in use or used lately
/// @param granted permits given since the start, as all numbers below
/// @param refusedFull calls refused because the queue was full
/// @param refusedLate calls that waited too long
/// @param refusedOpen calls refused because a breaker was open
/// @param refusedBusy calls refused because the local machine was busy
/// @param ranOut permits never given back, taken back after `callTimeout` and some slack
/// @param paused for how long no call is made because the provider asked for it; zero: not paused.
///   With limits by model, this and the breaker are those of the other models
/// @param breaker its state now
/// @param opened how often breakers opened, those of single models included
/// @param rateLimited answers 429 and 529
/// @param retries attempts after the first
/// @param fallbacks calls that went to another provider
/// @param modelSwitches calls of a local model that found another one on the machine
public record ProviderStats(
    String name,
    String kind,
    int limit,
    int inUse,
    int waiting,
    int waitingMax,
    int clients,
    long granted,
    long refusedFull,
    long refusedLate,
    long refusedOpen,
    long refusedBusy,
    long ranOut,
    Duration paused,
    BreakerState breaker,
    long opened,
    long rateLimited,
    long retries,
    long fallbacks,
    long modelSwitches) {
  /// Whether calls are made: all, a few to see whether it works again, or none.
  public enum BreakerState {
    CLOSED,
    HALF_OPEN,
    OPEN
  }
}
