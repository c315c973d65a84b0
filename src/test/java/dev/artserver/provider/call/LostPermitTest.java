package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.SOON;
import static dev.artserver.provider.call.Callers.config;
import static dev.artserver.provider.call.ScriptedClient.ANSWER;
import static dev.artserver.provider.call.ScriptedClient.HANG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Lane;
import dev.artserver.flow.Permits;
import dev.artserver.model.Priority;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.LeaseId;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.Quota;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A source of permits that cannot keep them: what it was for ends, and is tried again.
@Timeout(60)
class LostPermitTest {
  private static final BreakerConfig FAILING =
      Callers.breaker(Callers.BREAKER, BreakerConfig.OnOpen.FAIL);

  private final Vertx vertx = Vertx.vertx();
  private final Queue<Runnable> losses = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void a_call_that_loses_its_permit_ends_and_asks_for_another_one() throws Exception {
    ScriptedClient client = new ScriptedClient(vertx, n -> n == 0 ? HANG : ANSWER);
    Callers callers =
        Callers.of(vertx, this::source, Callers.through(config("a", 1, SOON, FAILING), client));
    RecordingListener heard = callers.call("a");
    await().until(() -> client.inFlight.get() == 1);

    losses.remove().run();

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(client.calls).hasValue(2);
    assertThat(client.inFlightMax).hasValue(1);
    assertThat(callers.stats("a").inUse()).isZero();
  }

  @Test
  void a_loss_that_comes_after_the_end_of_the_call_changes_nothing() throws Exception {
    ScriptedClient client = new ScriptedClient(vertx, n -> ANSWER);
    Callers callers =
        Callers.of(vertx, this::source, Callers.through(config("a", 1, SOON, FAILING), client));
    callers.call("a").reply();

    losses.remove().run();

    assertThat(callers.call("a").reply().text()).isEqualTo("hi");
    assertThat(client.calls).hasValue(2);
  }

  private Optional<PermitSource> source(
      String provider, Permits.Limits limits, Map<String, Lane.Rules> lanes) {
    Quota quota = new Quota(provider, 1, limits, null, System::nanoTime);
    lanes.forEach(quota::open);
    return Optional.of(new Losing(quota));
  }

  /// Remembers how to lose each claim.
  private final class Losing implements PermitSource {
    private final Quota quota;

    Losing(Quota quota) {
      this.quota = quota;
    }

    @Override
    public PermitClaim acquire(
        String lane, Priority priority, long tokens, Duration patience, PermitWaiter waiter) {
      PermitClaim claim = quota.acquire(lane, priority, tokens, patience, waiter);
      losses.add(() -> {
        claim.withdraw();
        waiter.onLost(claim);
      });
      return claim;
    }

    @Override
    public Future<Boolean> release(LeaseId lease, Ending ending) {
      return quota.release(lease, ending);
    }

    @Override
    public Future<Boolean> extend(LeaseId lease) {
      return quota.extend(lease);
    }

    @Override
    public Duration ttl() {
      return quota.ttl();
    }

    @Override
    public Future<Void> limit(Budget.Limits limits) {
      return quota.limit(limits);
    }

    @Override
    public Future<Void> limit(String lane, Budget.Limits limits) {
      return quota.limit(lane, limits);
    }

    @Override
    public boolean countsTokens() {
      return quota.countsTokens();
    }

    @Override
    public PermitStats stats() {
      return quota.stats();
    }
  }
}
