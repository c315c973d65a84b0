package dev.artserver.lease;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Locks that one holder takes among all holders of the same lock service. A lock has a time to
/// live and is gone when it passes. The holder's token is the value of its locks, so a lock tells
/// who has it.
///
/// A lock says who should try, and no more: a holder that was paused may not know that its lock is
/// gone, and a lock service may forget. What must not happen twice needs a fence besides, such as
/// the store's epoch.
///
/// Times to live are at least 1 ms. The holder should count them from the moment it asked. Every
/// operation may be repeated, so a lost answer is no trouble.
///
/// Futures complete on the caller's context, within a bounded time. They fail with
/// `LockUnavailable` when the service does not answer; then the operation may or may not have been
/// done.
public interface DistributedLock {
  /// The longest key and the longest token, in characters.
  int TEXT_MAX = 512;

  /// The most keys `holders` takes at once.
  int KEYS_MAX = 1_000;

  /// What this holder's locks have as their value.
  String token();

  /// Takes a lock, or begins its time to live anew when this holder has it.
  ///
  /// @return whether this holder has it now; false may be out of date by the time it is heard
  Future<Boolean> acquire(String key, Duration ttl);

  /// Begins the time to live of a lock anew.
  ///
  /// @return whether this holder had it
  Future<Boolean> extend(String key, Duration ttl);

  /// Gives a lock back.
  ///
  /// @return whether this holder had it
  Future<Boolean> release(String key);

  /// Takes a lock over from a holder that is known to be dead.
  ///
  /// @param dead the token the lock must have
  /// @return whether it had that token, and this holder has it now
  Future<Boolean> replace(String key, String dead, Duration ttl);

  /// The tokens of the holders of some locks, in the order of the keys; empty: nobody has it.
  Future<List<Optional<String>>> holders(List<String> keys);
}
