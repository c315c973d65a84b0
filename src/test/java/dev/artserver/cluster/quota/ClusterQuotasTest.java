package dev.artserver.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.cluster.Channel;
import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.InstanceInfo;
import dev.artserver.cluster.Peers;
import dev.artserver.flow.Breaker;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.lease.memory.MemoryLocks;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSource;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Verticles, event loops and real time.
@Timeout(120)
class ClusterQuotasTest {
  private static final ClusterQuotaConfig CONFIG =
      new ClusterQuotaConfig(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(2));
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Ending DONE = new Ending(Breaker.Outcome.SUCCEEDED, 0, 0);

  private final Vertx vertx = Vertx.vertx();
  private final MemoryLocks locks = new MemoryLocks(System::nanoTime);
  private final Map<InstanceId, Loop> channels = new ConcurrentSkipListMap<>();

  @AfterEach
  void close() throws Exception {
    done(vertx.close());
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void two_instances_share_a_limit_and_the_second_goes_on_when_the_first_ends() throws Exception {
    ClusterQuotas first = quotas("a");
    PermitSource one = source(first);
    ClusterQuotas second = quotas("b");
    PermitSource other = source(second);
    done(first.start());
    done(second.start());
    PermitClaim mine = acquire(one);
    PermitClaim theirs = acquire(other);
    PermitClaim late = acquire(other);
    await()
        .atMost(LONG)
        .until(() -> List.of(mine, theirs, late).stream().filter(PermitClaim::held).count() == 2);

    done(first.close());
    await().atMost(LONG).until(() -> theirs.held() && late.held());
    PermitClaim next = acquire(other);
    theirs.release(DONE);

    await().atMost(LONG).until(next::held);
    assertThat(mine.held()).isFalse();
    await().atMost(LONG).until(() -> other.stats().inUse() == 2);
    done(second.close());
  }

  private ClusterQuotas quotas(String id) {
    Loop channel = new Loop(new InstanceId(id));
    channels.put(channel.self(), channel);
    return new ClusterQuotas(
        vertx, channel, channel, locks.as(id), InstantSource.system(), CONFIG, Set.of("p"));
  }

  private static PermitSource source(ClusterQuotas quotas) {
    Permits.Limits limits =
        new Permits.Limits(new Budget.Limits(2, 0, 0), 10, 4, Duration.ofSeconds(5), LONG);
    Lane.Rules rules = new Lane.Rules(Budget.Limits.NONE, null, Lane.OnOpen.REFUSE, true);
    assertThat(quotas.of("other", limits, Map.of("other", rules))).isEmpty();
    return quotas.of("p", limits, Map.of("p", rules)).orElseThrow();
  }

  private static PermitClaim acquire(PermitSource source) {
    return source.acquire("p", Priority.NORMAL, 0, LONG, settled -> {});
  }

  /// Instances within one process.
  private final class Loop implements Channel, Peers {
    private final InstanceId self;
    private final Context context = vertx.getOrCreateContext();
    private final Map<String, Answerer> answerers = new ConcurrentHashMap<>();
    private final Map<String, Hearer> hearers = new ConcurrentHashMap<>();

    Loop(InstanceId self) {
      this.self = self;
    }

    @Override
    public InstanceId self() {
      return self;
    }

    @Override
    public Future<Buffer> ask(InstanceId to, String kind, Buffer request, Duration patience) {
      Context caller = vertx.getOrCreateContext();
      Promise<Buffer> answer = Promise.promise();
      Loop other = Objects.requireNonNull(channels.get(to));
      other.context.runOnContext(there ->
          Objects.requireNonNull(other.answerers.get(kind))
              .answer(self, request)
              .onComplete(result -> caller.runOnContext(back -> answer.handle(result))));
      return answer.future();
    }

    @Override
    public void tell(String kind, Buffer message) {
      for (Loop each : channels.values()) {
        Hearer hearer = each.hearers.get(kind);
        if (hearer != null) {
          each.context.runOnContext(there -> hearer.hear(self, message));
        }
      }
    }

    @Override
    public void answer(String kind, Answerer answerer) {
      answerers.put(kind, answerer);
    }

    @Override
    public void hear(String kind, Hearer hearer) {
      hearers.put(kind, hearer);
    }

    @Override
    public List<InstanceInfo> living() {
      return channels.keySet().stream()
          .map(id -> new InstanceInfo(id, "1", 0, 1, 0, 1, 0, false, ""))
          .toList();
    }

    @Override
    public boolean lives(InstanceId id) {
      return channels.containsKey(id);
    }

    @Override
    public void onGone(Consumer<InstanceId> listener) {}
  }
}
