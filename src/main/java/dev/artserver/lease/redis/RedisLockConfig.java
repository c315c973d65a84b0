package dev.artserver.lease.redis;

import static dev.artserver.model.Checks.require;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Where the locks are.
///
/// @param urls `redis://HOST:PORT/DATABASE`, `rediss://` for TLS; of a sentinel or a cluster, any
///   of its members
/// @param mode what the URLs name
/// @param masterName of a sentinel: the name of the group
/// @param user empty: the default user
/// @param password empty: none. Never shown
/// @param keyPrefix before every key, so that several clusters can share a Redis
/// @param timeout longest wait for a connection or an answer
public record RedisLockConfig(
    List<String> urls,
    Mode mode,
    String masterName,
    Optional<String> user,
    Optional<String> password,
    String keyPrefix,
    Duration timeout) {
  /// What the URLs name.
  public enum Mode {
    STANDALONE,
    SENTINEL,
    CLUSTER
  }

  public RedisLockConfig {
    urls = List.copyOf(urls);
    checkUrls("redis.urls", urls, mode);
    require(
        mode != Mode.SENTINEL || !masterName.isBlank(),
        "redis.masterName must not be blank in the mode sentinel, got '" + masterName + "'");
    require(timeout.toMillis() >= 1, "redis.timeout must be at least 1 ms, got " + timeout);
  }

  /// Throws `IllegalArgumentException` for URLs that cannot be.
  ///
  /// @param key what the message calls them
  public static void checkUrls(String key, List<String> urls, Mode mode) {
    require(!urls.isEmpty(), key + " must name at least one, got none");
    require(
        urls.stream().allMatch(url -> url.matches("rediss?://[^/@]+(/\\d{0,5})?")),
        key
            + " must be like redis://HOST:PORT or rediss://HOST:PORT/DATABASE, without a user"
            + " or password, got "
            + urls);
    require(
        mode != Mode.STANDALONE || urls.size() == 1,
        key + " must be one in the mode standalone, got " + urls.size());
  }

  @Override
  public String toString() {
    return "RedisLockConfig[urls=" + urls + ", mode=" + mode + ", password=***]";
  }
}
