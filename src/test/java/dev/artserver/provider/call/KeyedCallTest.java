package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.BREAKER;
import static dev.artserver.provider.call.Callers.LATER;
import static dev.artserver.provider.call.Callers.LONG;
import static dev.artserver.provider.call.Callers.NOW;
import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.Permits;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.ClientPool;
import dev.artserver.provider.key.ClientsVerticle;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.quota.LeaseId;
import dev.artserver.provider.quota.PermitClaim;
import dev.artserver.provider.quota.PermitSource;
import dev.artserver.provider.quota.PermitStats;
import dev.artserver.provider.quota.PermitWaiter;
import dev.artserver.provider.quota.RateConfig;
import dev.artserver.provider.quota.Refused;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls over a permit source that answers when the test says so, as one of another process would.
@Timeout(60)
class KeyedCallTest {
  private static final ProviderConfig CONFIG =
      Variants.keyed(
          config("a", 5, RetryConfig.NONE, breaker(BREAKER, OnOpen.FAIL)),
          new KeysConfig(10, LONG, 1, RateConfig.NONE));

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ScriptedClient client = new ScriptedClient(vertx, n -> ScriptedClient.ANSWER);
  private final Remote keyPermits = new Remote();
  private final Remote permits = new Remote();

  /// A source whose claims all have to wait.
  private static final class Remote implements PermitSource {
    final List<Claim> claims = new CopyOnWriteArrayList<>();
    volatile boolean grantsMeanwhile;
    volatile boolean broken;

    @Override
    public PermitClaim acquire(
        String lane, Priority priority, long tokens, Duration patience, PermitWaiter waiter) {
      if (broken) {
        throw new IllegalStateException("the source is broken");
      }
      Claim claim = new Claim(waiter);
      claims.add(claim);
      if (grantsMeanwhile) {
        claim.grant();
      }
      return claim;
    }

    @Override
    public Future<Boolean> release(LeaseId lease, Ending ending) {
      return Future.succeededFuture(false);
    }

    @Override
    public Future<Boolean> extend(LeaseId lease) {
      return Future.succeededFuture(false);
    }

    @Override
    public Duration ttl() {
      return LONG;
    }

    @Override
    public Future<Void> limit(Budget.Limits limits) {
      return Future.succeededFuture();
    }

    @Override
    public Future<Void> limit(String lane, Budget.Limits limits) {
      return Future.succeededFuture();
    }

    @Override
    public boolean countsTokens() {
      return false;
    }

    @Override
    public PermitStats stats() {
      return new PermitStats(
          Budget.Limits.NONE, 0, 0, new Permits.Counts(0, 0, 0, 0, 0, 0), Map.of());
    }
  }

  private static final class Claim implements PermitClaim {
    private final PermitWaiter waiter;
    volatile boolean held;
    volatile @Nullable Ending ending;
    volatile boolean withdrawn;

    Claim(PermitWaiter waiter) {
      this.waiter = waiter;
    }

    /// As if it came over the bus: later, and on some thread.
    void grant() {
      held = true;
      waiter.onSettled(this);
    }

    @Override
    public boolean queued() {
      return true;
    }

    @Override
    public boolean held() {
      return held;
    }

    @Override
    public @Nullable Refused refused() {
      return null;
    }

    @Override
    public LeaseId lease() {
      return new LeaseId("remote", 1);
    }

    @Override
    public long tokens() {
      return 0;
    }

    @Override
    public void release(Ending with) {
      held = false;
      ending = with;
    }

    @Override
    public void withdraw() {
      held = false;
      withdrawn = true;
    }

    @Override
    public Future<Optional<WaitingPlace>> place() {
      return Future.succeededFuture(Optional.empty());
    }
  }

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void a_permit_that_comes_while_it_is_asked_for_makes_one_call() throws Exception {
    keyPermits.grantsMeanwhile = true;
    permits.grantsMeanwhile = true;
    RecordingListener heard = new RecordingListener();

    begin(call(served(), heard));

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(client.calls).hasValue(1);
    assertThat(permits.claims).hasSize(1);
  }

  @Test
  void a_call_that_ends_reports_how_with_its_permits() throws Exception {
    RecordingListener heard = new RecordingListener();
    begin(call(served(), heard));
    await().until(() -> keyPermits.claims.size() == 1);
    keyPermits.claims.getFirst().grant();
    await().until(() -> permits.claims.size() == 1);

    permits.claims.getFirst().grant();

    heard.reply();
    assertThat(permits.claims.getFirst().ending).isNotNull();
    assertThat(keyPermits.claims.getFirst().ending).isNotNull();
  }

  @Test
  void a_permit_that_comes_after_the_cancel_is_not_used() throws Exception {
    KeyedCall call = call(served(), new RecordingListener());
    begin(call);
    await().until(() -> keyPermits.claims.size() == 1);
    Claim claim = keyPermits.claims.getFirst();
    on(call::cancel);

    claim.grant();
    on(() -> {});
    on(() -> {});

    assertThat(claim.withdrawn).isTrue();
    assertThat(permits.claims).isEmpty();
    assertThat(client.calls).hasValue(0);
  }

  @Test
  void a_source_that_throws_fails_the_call_and_keeps_nothing() throws Exception {
    ClientPool clients = clients();
    permits.broken = true;
    RecordingListener heard = new RecordingListener();
    begin(call(served(clients), heard));
    await().until(() -> keyPermits.claims.size() == 1);

    keyPermits.claims.getFirst().grant();

    assertThat(heard.failure()).isInstanceOf(Failure.Internal.class);
    assertThat(keyPermits.claims.getFirst().ending).isNotNull();
    keyPermits.broken = true;
    RecordingListener next = new RecordingListener();
    begin(call(served(clients), next));
    assertThat(next.failure()).isInstanceOf(Failure.Internal.class);
    for (int i = 0; i < 10; i++) {
      assertThat(clients.take(new ApiKey("k" + i))).isNotNull();
    }
  }

  private ServedProvider served() throws Exception {
    return served(clients());
  }

  private ServedProvider served(ClientPool clients) {
    return new ServedProvider(
        Callers.through(CONFIG, client),
        permits,
        keyPermits,
        clients,
        Map.of(),
        new LocalMachine());
  }

  private ClientPool clients() throws Exception {
    ClientPool clients = new ClientPool(CONFIG.keys(), null, key -> client, () -> 0);
    Callers.done(vertx.deployVerticle(new ClientsVerticle(List.of(clients))));
    return clients;
  }

  private KeyedCall call(ServedProvider provider, RecordingListener heard) {
    RoutedCall.Setting setting =
        new RoutedCall.Setting(
            new VertxTimers(vertx), InstantSource.fixed(NOW), new Random(1), new WaitingCalls());
    RoutedCall.Target target =
        new RoutedCall.Target(provider, Requests.ask("?"), new ApiKey("of-a-thread"));
    return new KeyedCall(setting, context, target, Requests.terms(Priority.NORMAL, LATER), heard);
  }

  private void begin(KeyedCall call) {
    context.runOnContext(go -> call.begin());
  }

  private void on(Runnable action) {
    CompletableFuture<String> ran = new CompletableFuture<>();
    context.runOnContext(go -> {
      action.run();
      ran.complete("ran");
    });
    ran.join();
  }
}
