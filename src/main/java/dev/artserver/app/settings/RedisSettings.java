package dev.artserver.app.settings;

import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Setting;
import dev.artserver.lease.redis.RedisLockConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Redis, for the locks of a cluster.
public record RedisSettings(
    @Setting(
            about =
                "where it is, as redis://HOST:PORT/DATABASE or rediss:// for TLS; some members of a"
                    + " sentinel or a cluster",
            is = "redis://localhost:6379")
        List<String> urls,
    @Setting(about = "what the URLs name", is = "standalone") RedisLockConfig.Mode mode,
    @Setting(about = "of a sentinel: the name of the group", is = "mymaster") String masterName,
    @Setting(about = "user; none: the default user", example = "art") Optional<String> user,
    @Setting(about = "password", example = "${env:ART_REDIS_PASSWORD}") Optional<Secret> password,
    @Setting(
            about = "before every key, with a colon, so that clusters can share a Redis",
            is = "art")
        String keyPrefix,
    @Setting(
            about = "how long a connection or an answer may take",
            is = "1s",
            min = "10ms",
            max = "1m")
        Duration timeout) {
  public RedisSettings {
    RedisLockConfig.checkUrls("urls", urls, mode);
  }
}
