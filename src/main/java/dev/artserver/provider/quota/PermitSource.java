package dev.artserver.provider.quota;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.model.Priority;
import io.vertx.core.Future;
import java.time.Duration;

/// Where calls get their permits: the only thing a call knows of limits. Queue, priorities, rates,
/// pauses and the circuit breaker stand behind it, be it in this process or in another one
/// (docs/decisions/0041). Safe to use from any event loop.
///
/// Calls belong to lanes, named by the source's owner: a lane has limits, a breaker and pauses of
/// its own, besides the limits all lanes share. A permit is a lease: it comes back by itself when
/// it is neither released nor extended within `ttl`. A source extends the leases of claims it made
/// in this process itself where `ttl` is shorter than a call may be, so a holder need not.
public interface PermitSource {
  /// Asks for a permit. The claim is settled when this returns, if that is possible without
  /// waiting: then it is not `queued`, and the waiter is never told. Otherwise the waiter is told
  /// exactly once, on any thread, when the claim was granted or refused, unless it is withdrawn
  /// before.
  ///
  /// @param lane one the source knows; an unknown name is our bug
  /// @param tokens how many the call will use at most, as far as known; 0 where `countsTokens` is
  ///   false
  /// @param patience longest wait; zero or less is refused as late
  PermitClaim acquire(
      String lane, Priority priority, long tokens, Duration patience, PermitWaiter waiter);

  /// Gives a lease back by its id, from whatever process: for a holder that has no claim. Releasing
  /// twice is harmless.
  ///
  /// @return whether it was still held; fails when the source cannot be reached
  Future<Boolean> release(LeaseId lease, Ending ending);

  /// Begins the `ttl` of a lease anew, from whatever process.
  ///
  /// @return whether it was still held; fails when the source cannot be reached
  Future<Boolean> extend(LeaseId lease);

  /// How long a lease is held without being extended.
  Duration ttl();

  /// Sets the limits all lanes share. Lower ones take no permit back: no call begins until enough
  /// of them have ended. Higher ones let waiters through at once. A rate that had no limit before
  /// counts from now on. Completes when the new limits hold.
  Future<Void> limit(Budget.Limits limits);

  /// Sets one lane's own limits, likewise.
  Future<Void> limit(String lane, Budget.Limits limits);

  /// Whether any limit counts tokens. Where none does, estimating them can be left out.
  boolean countsTokens();

  /// The numbers of one moment, as last known in this process.
  PermitStats stats();
}
