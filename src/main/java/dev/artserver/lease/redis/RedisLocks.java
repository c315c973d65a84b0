package dev.artserver.lease.redis;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockTexts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Locks in Redis. A lock is a key with the holder's token as its value and a time to live: `SET
/// key token NX PX ttl`; what compares first is a Lua script. Safe to use from any thread.
public final class RedisLocks {
  private final RedisLink link;
  private final String prefix;
  private final String deployment;
  private final Vertx vertx;

  private RedisLocks(Vertx vertx, RedisLink link, String prefix, String deployment) {
    this.vertx = vertx;
    this.link = link;
    this.prefix = prefix;
    this.deployment = deployment;
  }

  /// Does not connect: Redis may be away now and come later.
  public static Future<RedisLocks> open(Vertx vertx, RedisLockConfig config) {
    RedisLink link = new RedisLink(config);
    return vertx
        .deployVerticle(link)
        .map(id -> new RedisLocks(vertx, link, config.keyPrefix(), id));
  }

  /// The locks as one holder sees them.
  public DistributedLock as(String token) {
    LockTexts.check("token", token);
    return new OfHolder(token);
  }

  /// Succeeds when Redis answers now; for health.
  public Future<Void> check() {
    return link.ask(connection -> connection.send(Request.cmd(Command.PING))).mapEmpty();
  }

  /// Closes the connection. Locks stay until their time has passed.
  public Future<Void> close() {
    return vertx.undeploy(deployment);
  }

  private final class OfHolder implements DistributedLock {
    private final String token;

    OfHolder(String token) {
      this.token = token;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public Future<Boolean> acquire(String key, Duration ttl) {
      LockTexts.check(key, ttl);
      Request set =
          Request.cmd(Command.SET)
              .arg(prefix + key)
              .arg(token)
              .arg("NX")
              .arg("PX")
              .arg(ttl.toMillis());
      // Not set: someone has it, perhaps this holder, whose first answer was lost.
      return link.ask(connection ->
          connection
              .send(set)
              .compose(done ->
                  done == null
                      ? connection.send(script(Scripts.EXTEND, key, token).arg(ttl.toMillis()))
                      : Future.succeededFuture(done))
              .map(RedisLocks::happened));
    }

    @Override
    public Future<Boolean> extend(String key, Duration ttl) {
      LockTexts.check(key, ttl);
      return run(script(Scripts.EXTEND, key, token).arg(ttl.toMillis()));
    }

    @Override
    public Future<Boolean> release(String key) {
      LockTexts.check("key", key);
      return run(script(Scripts.RELEASE, key, token));
    }

    @Override
    public Future<Boolean> replace(String key, String dead, Duration ttl) {
      LockTexts.check(key, ttl);
      LockTexts.check("dead", dead);
      return run(script(Scripts.REPLACE, key, dead).arg(ttl.toMillis()).arg(token));
    }

    @Override
    public Future<List<Optional<String>>> holders(List<String> keys) {
      LockTexts.checkCount(keys.size());
      // Not MGET: of a cluster, the keys are on several nodes.
      return link.ask(connection ->
          Future.all(
                  keys.stream()
                      .map(key -> connection.send(Request.cmd(Command.GET).arg(prefix + key)))
                      .toList())
              .map(all ->
                  all.<Response>list().stream()
                      .map(found -> Optional.ofNullable(found).map(Response::toString))
                      .toList()));
    }

    private Future<Boolean> run(Request request) {
      return link.ask(connection -> connection.send(request).map(RedisLocks::happened));
    }
  }

  private Request script(String text, String key, String compared) {
    return Request.cmd(Command.EVAL).arg(text).arg(1).arg(prefix + key).arg(compared);
  }

  /// `SET` answers OK or nothing, a script 1 or 0.
  private static boolean happened(@Nullable Response response) {
    return response != null && !response.toString().equals("0");
  }
}
