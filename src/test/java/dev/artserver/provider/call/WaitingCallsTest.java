package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.config;
import static dev.artserver.provider.call.ScriptedClient.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.Backoff;
import dev.artserver.flow.Breaker;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderPlace;
import dev.artserver.provider.ProviderPlace.Hold;
import dev.artserver.provider.ProviderPlace.Scope;
import dev.artserver.provider.ProviderRetry;
import dev.artserver.provider.ProviderWait;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A call that waits can be found by its run, and only while it waits.
class WaitingCallsTest {
  private static final BreakerConfig BREAKER =
      Callers.breaker(new Breaker.Rules(5, 2, Callers.LONG, 3), OnOpen.FAIL);

  private static final Duration LONG_AFTER = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedClient client = new ScriptedClient(vertx, n -> ScriptedClient.HANG);

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void a_wait_for_a_model_with_a_limit_of_its_own_has_the_scope_model() throws Exception {
    ProviderConfig plain = config("a", 5, RetryConfig.NONE, BREAKER);
    ModelQuota narrow = new ModelQuota("scripted-1", 1, RateConfig.NONE);
    Callers callers = Callers.of(vertx, at(Variants.withModel(plain, narrow)));
    callers.call("a");
    await().until(() -> client.calls.get() == 1);
    assertThat(callers.place()).isEmpty();

    callers.call("a");
    await().until(() -> callers.place().isPresent());

    ProviderPlace place = callers.place().orElseThrow();
    assertThat(place.provider()).isEqualTo("a");
    assertThat(place.model()).isEqualTo("scripted-1");
    assertThat(place.position()).isEqualTo(1);
    assertThat(place.hold()).isEqualTo(Hold.PARALLEL);
    assertThat(place.scope()).isEqualTo(Scope.MODEL);
  }

  @Test
  void a_wait_for_the_local_machine_has_the_scope_local() throws Exception {
    ProviderConfig a = Variants.placed(config("a", 5, RetryConfig.NONE, BREAKER), Locality.LOCAL);
    ProviderConfig b = Variants.placed(config("b", 5, RetryConfig.NONE, BREAKER), Locality.LOCAL);
    Callers callers = Callers.of(vertx, at(a), at(b));
    callers.call("a");
    await().until(() -> client.calls.get() == 1);

    CompletableFuture<ModelCall> waiting =
        callers.begin("b", Callers.LATER, new RecordingListener());
    await().until(() -> callers.place().isPresent());
    Scope scope = callers.place().orElseThrow().scope();
    callers.cancel(waiting);

    assertThat(scope).isEqualTo(Scope.LOCAL);
    assertThat(callers.place()).isEmpty();
  }

  @Test
  void a_wait_for_a_key_has_the_scope_key() throws Exception {
    ProviderConfig plain = config("a", 5, RetryConfig.NONE, BREAKER);
    KeysConfig narrow =
        new KeysConfig(TestConfigs.KEYS.max(), TestConfigs.KEYS.idleTimeout(), 1, RateConfig.NONE);
    Callers callers = Callers.of(vertx, at(Variants.keyed(plain, narrow)));
    callers.call("a");
    await().until(() -> client.calls.get() == 1);

    CompletableFuture<ModelCall> waiting =
        callers.begin("a", Callers.LATER, new RecordingListener());
    await().until(() -> callers.place().isPresent());
    ProviderPlace place = callers.place().orElseThrow();
    callers.cancel(waiting);

    assertThat(place.scope()).isEqualTo(Scope.KEY);
    assertThat(place.hold()).isEqualTo(Hold.PARALLEL);
    assertThat(place.position()).isEqualTo(1);
    assertThat(callers.place()).isEmpty();
  }

  @Test
  void a_pausing_call_is_found_until_its_next_attempt_begins_also_at_a_fallback() throws Exception {
    AtomicInteger triesThere = new AtomicInteger();
    ScriptedClient down = new ScriptedClient(vertx, n -> ScriptedClient.fails(500));
    ScriptedClient wavering =
        new ScriptedClient(
            vertx, n -> triesThere.incrementAndGet() < 3 ? ScriptedClient.fails(500) : ANSWER);
    RetryConfig slowly =
        new RetryConfig(2, new Backoff(Duration.ofHours(1), Duration.ofHours(1)), LONG_AFTER);
    RetryConfig soon =
        new RetryConfig(2, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), LONG_AFTER);
    Callers callers =
        Callers.of(
            vertx,
            Callers.through(config("a", 5, RetryConfig.NONE, BREAKER, "b/small-1"), down),
            Callers.through(config("b", 5, slowly, BREAKER), down),
            Callers.through(config("c", 5, soon, BREAKER), wavering));

    CompletableFuture<ModelCall> pausing =
        callers.begin("a", Callers.LATER.plus(LONG_AFTER), new RecordingListener());
    await().until(() -> callers.waits().isPresent());
    ProviderWait wait = callers.waits().orElseThrow();
    callers.cancel(pausing);

    assertThat(wait).isInstanceOf(ProviderRetry.class);
    assertThat(wait.provider()).isEqualTo("b");
    assertThat(wait.model()).isEqualTo("small-1");
    assertThat(((ProviderRetry) wait).attempt()).isEqualTo(2);
    assertThat(((ProviderRetry) wait).rest()).isBetween(Duration.ofNanos(1), Duration.ofHours(1));
    assertThat(callers.waits()).isEmpty();
    assertThat(callers.call("c").reply().text()).isEqualTo("hi");
    assertThat(callers.waits()).isEmpty();
  }

  private ConfiguredProvider at(ProviderConfig config) {
    return Callers.through(config, client);
  }
}
