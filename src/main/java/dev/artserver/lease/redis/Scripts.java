package dev.artserver.lease.redis;

/// What compares and changes a lock in one step. Each touches one key, as Redis Cluster demands.
/// `KEYS[1]` is the lock, `ARGV[1]` the token it must have. Each returns 1 when it had it, else 0.
final class Scripts {
  /// `ARGV[2]`: the new time to live in milliseconds.
  static final String EXTEND =
      "if redis.call('get', KEYS[1]) == ARGV[1] then"
          + " return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end";

  static final String RELEASE =
      "if redis.call('get', KEYS[1]) == ARGV[1] then"
          + " return redis.call('del', KEYS[1]) else return 0 end";

  /// `ARGV[2]`: the new time to live in milliseconds; `ARGV[3]`: the new token.
  static final String REPLACE =
      "if redis.call('get', KEYS[1]) == ARGV[1] then"
          + " redis.call('set', KEYS[1], ARGV[3], 'PX', ARGV[2]) return 1 else return 0 end";

  private Scripts() {}
}
