package dev.artserver.lease.redis;

import dev.artserver.flow.FireAndForget;
import dev.artserver.lease.LockUnavailable;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to Redis, opened when it is first needed and again when it was lost, on an event
/// loop of its own. Requests of all callers are pipelined on it. While Redis is in trouble the
/// circuit breaker is open: requests fail at once, and one at a time tries whether it answers
/// again.
final class RedisLink extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
  private static final int FAILURES_MAX = 3;
  private static final long RESET_MS = 500;

  /// Calls under way at once.
  static final int CALLS_MAX = 2_000;

  private final RedisLockConfig config;
  private final AtomicInteger calls = new AtomicInteger();
  private @Nullable CircuitBreaker breaker;
  private @Nullable Session session;

  RedisLink(RedisLockConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    breaker =
        CircuitBreaker.create(
                "redis",
                vertx,
                new CircuitBreakerOptions()
                    .setMaxFailures(FAILURES_MAX)
                    .setResetTimeout(RESET_MS)
                    .setTimeout(-1)
                    .setNotificationAddress(null))
            .openHandler(_ -> LOG.atWarn().log("Redis does not answer"))
            .closeHandler(_ -> LOG.atInfo().log("Redis answers again"));
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    if (session != null) {
      drop(session);
    }
    return Future.succeededFuture();
  }

  /// Does `work` with the connection. The future completes on the caller's context and fails with
  /// `LockUnavailable`.
  <T> Future<T> ask(Function<RedisConnection, Future<T>> work) {
    if (calls.incrementAndGet() > CALLS_MAX) {
      calls.decrementAndGet();
      return Future.failedFuture(
          new LockUnavailable("too many calls to Redis are under way: " + CALLS_MAX, null));
    }
    Context caller = vertx.getOrCreateContext();
    Promise<T> answer = Promise.promise();
    context.runOnContext(_ ->
        guarded()
            .<T>execute(() -> attempt(work))
            .onComplete(done -> {
              calls.decrementAndGet();
              caller.runOnContext(_ -> {
                if (done.succeeded()) {
                  answer.complete(done.result());
                } else {
                  answer.fail(unavailable(done.cause()));
                }
              });
            }));
    return answer.future();
  }

  private CircuitBreaker guarded() {
    CircuitBreaker started = breaker;
    if (started == null) {
      throw new IllegalStateException("the link has not started");
    }
    return started;
  }

  private <T> Future<T> attempt(Function<RedisConnection, Future<T>> work) {
    Session used = session();
    return used.connection
        .compose(work)
        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
        // What hangs or is half closed must not be used again.
        .onFailure(_ -> drop(used));
  }

  private Session session() {
    Session known = session;
    if (known == null) {
      Session opened = new Session(RedisClients.create(vertx, config));
      session = opened;
      return opened;
    }
    return known;
  }

  /// A client and its one connection.
  private final class Session {
    private final Redis client;
    private final Future<RedisConnection> connection;

    Session(Redis client) {
      this.client = client;
      connection =
          client
              .connect()
              .onSuccess(opened -> {
                opened.endHandler(_ -> drop(this));
                opened.exceptionHandler(_ -> drop(this));
              });
    }
  }

  /// Closing the client drops its connections, whatever they wait for; closing a connection would
  /// give it back to the client's pool. What has replaced it stays.
  private void drop(Session dropped) {
    if (session == dropped) {
      session = null;
      FireAndForget.harmless(dropped.client.close(), "nothing more is asked of it");
    }
  }

  private LockUnavailable unavailable(Throwable cause) {
    String reason =
        switch (cause) {
          case OpenCircuitException _ -> "Redis has not answered lately";
          case TimeoutException _ ->
              "Redis did not answer in " + config.timeout().toMillis() + " ms";
          default -> "Redis: " + cause.getMessage();
        };
    return new LockUnavailable(reason, cause);
  }
}
