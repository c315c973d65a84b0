package dev.artserver.lease.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.lease.DistributedLock;
import dev.artserver.lease.LockUnavailable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

/// Redis goes away, hangs, and comes back without its data.
@Timeout(60)
class RedisFaultsTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Vertx vertx = Vertx.vertx();
  private final int port = TestRedis.freePort();
  private RedisServer server = TestRedis.start(port);

  @AfterEach
  void close() throws IOException {
    server.stop();
    done(vertx.close());
  }

  private static <T> T done(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError("no answer", late);
    }
  }

  private RedisLocks locks(int at) {
    return locks(at, Duration.ofSeconds(10));
  }

  private RedisLocks locks(int at, Duration timeout) {
    return done(RedisLocks.open(vertx, TestRedis.config("redis://127.0.0.1:" + at, timeout)));
  }

  @Test
  void locks_are_back_after_a_restart_and_what_redis_forgot_is_free() throws IOException {
    RedisLocks locks = locks(port);
    DistributedLock ann = locks.as("ann");
    assertThat(done(ann.acquire("k", LONG))).isTrue();

    server.stop();
    assertThatThrownBy(() -> done(ann.extend("k", LONG))).isInstanceOf(LockUnavailable.class);
    server = TestRedis.start(port);

    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> !done(ann.extend("k", LONG)));
    assertThat(done(locks.as("bob").acquire("k", LONG))).isTrue();
  }

  @Test
  void a_redis_that_is_away_is_asked_seldom_and_fails_at_once() throws IOException {
    DistributedLock ann = locks(port).as("ann");
    server.stop();

    Awaitility.await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          try {
            done(ann.acquire("k", LONG));
            return false;
          } catch (LockUnavailable refused) {
            return "Redis has not answered lately".equals(refused.getMessage());
          }
        });
  }

  /// Each connection takes what is sent and answers nothing, as a machine that lost its power.
  @Test
  void a_redis_that_hangs_costs_the_time_limit_and_its_connection_is_not_used_again() {
    List<NetSocket> connections = new CopyOnWriteArrayList<>();
    AtomicInteger opened = new AtomicInteger();
    NetServer deaf =
        vertx
            .createNetServer()
            .connectHandler(socket -> {
              opened.incrementAndGet();
              connections.add(socket);
              socket.handler(_ -> {}).closeHandler(_ -> connections.remove(socket));
            });
    DistributedLock ann = locks(done(deaf.listen(0, "127.0.0.1")).actualPort(), SHORT).as("ann");

    assertThatThrownBy(() -> done(ann.acquire("k", LONG)))
        .isInstanceOf(LockUnavailable.class)
        .hasMessage("Redis did not answer in 300 ms");
    assertThatThrownBy(() -> done(ann.acquire("k", LONG))).isInstanceOf(LockUnavailable.class);

    assertThat(opened).hasValueGreaterThanOrEqualTo(2);
    Awaitility.await().until(connections::isEmpty);
  }

  @Test
  void answers_come_on_the_callers_context() throws Exception {
    DistributedLock ann = locks(port).as("ann");
    Context caller = vertx.getOrCreateContext();
    CompletableFuture<Context> heard = new CompletableFuture<>();

    caller.runOnContext(
        _ -> ann.acquire("k", LONG).onComplete(_ -> heard.complete(Vertx.currentContext())));

    assertThat(heard.get(10, TimeUnit.SECONDS)).isSameAs(caller);
  }

  @Test
  void thousands_of_calls_at_once_are_refused_beyond_the_limit_and_none_is_lost() {
    DistributedLock ann = locks(port).as("ann");
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      all.add(ann.acquire("k" + i, LONG));
    }

    int refused = 0;
    int held = 0;
    for (Future<Boolean> each : all) {
      try {
        held += done(each) ? 1 : 0;
      } catch (LockUnavailable tooMany) {
        refused++;
      }
    }
    assertThat(held).isGreaterThan(0);
    assertThat(held + refused).isEqualTo(5_000);
    assertThat(done(ann.holders(List.of("k0")))).containsExactly(Optional.of("ann"));
  }
}
