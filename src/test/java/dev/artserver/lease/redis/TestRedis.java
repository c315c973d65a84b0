package dev.artserver.lease.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/// The Redis that tests use: a real server, started when it is first asked for. The system property
/// `art.test.redis` or the variable `ART_TEST_REDIS` names another, such as
/// `redis://localhost:6379`.
public final class TestRedis {
  private static @Nullable String known;

  private TestRedis() {}

  public static synchronized String url() {
    if (known == null) {
      known =
          Optional.ofNullable(System.getProperty("art.test.redis"))
              .or(() -> Optional.ofNullable(System.getenv("ART_TEST_REDIS")))
              .orElseGet(TestRedis::started);
    }
    return known;
  }

  private static String started() {
    int port = freePort();
    start(port);
    return "redis://127.0.0.1:" + port;
  }

  /// A server of the caller's own, which ends with the JVM at the latest. One start at a time: the
  /// library unpacks the binary without a lock.
  public static synchronized RedisServer start(int port) {
    try {
      RedisServer server =
          RedisServer.newRedisServer().bind("127.0.0.1").port(port).setting("save \"\"").build();
      server.start();
      return server;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static RedisLockConfig config(String url, Duration timeout) {
    return new RedisLockConfig(
        List.of(url),
        RedisLockConfig.Mode.STANDALONE,
        "",
        Optional.empty(),
        Optional.empty(),
        "art-test:",
        timeout);
  }
}
