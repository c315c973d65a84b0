package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.BREAKER;
import static dev.artserver.provider.call.Callers.LONG;
import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static dev.artserver.provider.call.ScriptedClient.ANSWER;
import static dev.artserver.provider.call.ScriptedClient.HANG;
import static dev.artserver.provider.call.ScriptedClient.breaks;
import static dev.artserver.provider.call.ScriptedClient.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.model.Failure;
import dev.artserver.model.Usage;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.call.ScriptedClient.Act;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.quota.ModelQuota;
import dev.artserver.provider.quota.RateConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Limits by the minute, by the model and of local machines, as calls meet them.
@Timeout(60)
class ProviderLimitsTest {
  private static final BreakerConfig FAILING = breaker(BREAKER, OnOpen.FAIL);
  private static final Duration BRIEF = Duration.ofMillis(50);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void calls_beyond_a_minute_s_number_wait_and_are_late() throws Exception {
    ScriptedClient client = client(n -> ANSWER);
    Callers callers = Callers.of(vertx, at(hasty(new RateConfig(2, 0, 0)), client));

    callers.call("a").reply();
    callers.call("a").reply();
    Failure third = callers.call("a").failure();

    assertThat(third.code()).isEqualTo("API_QUEUE_TIMEOUT");
    assertThat(client.calls).hasValue(2);
  }

  @Test
  void tokens_that_were_reserved_and_not_used_are_there_for_the_next() throws Exception {
    ScriptedClient client = client(n -> new Act.Answers(new Usage(10, 10, 0)));
    Callers callers = Callers.of(vertx, at(hasty(new RateConfig(0, 1_030, 1_000)), client));

    callers.call("a").reply();
    callers.call("a").reply();
    Failure third = callers.call("a").failure();

    assertThat(third.code()).isEqualTo("API_QUEUE_TIMEOUT");
    assertThat(client.calls).hasValue(2);
  }

  @Test
  void a_model_with_limits_of_its_own_blocks_no_other() throws Exception {
    ScriptedClient client = client(n -> n == 0 ? HANG : ANSWER);
    ModelQuota narrow = new ModelQuota("scripted-1", 1, RateConfig.NONE);
    ProviderConfig limited = Variants.withModel(hasty(RateConfig.NONE), narrow);
    Callers callers =
        Callers.of(
            vertx,
            at(limited, client),
            at(
                config("b", 5, RetryConfig.NONE, breaker(BREAKER, OnOpen.FALLBACK), "a/wide-1"),
                client(n -> fails(500))));
    callers.call("a");
    await().until(() -> client.calls.get() == 1);

    RecordingListener same = callers.call("a");
    RecordingListener other = callers.call("b");

    assertThat(other.reply().text()).isEqualTo("hi");
    assertThat(same.failure().code()).isEqualTo("API_QUEUE_TIMEOUT");
  }

  @Test
  void local_providers_share_one_call_at_a_time() throws Exception {
    ScriptedClient client = client(n -> ANSWER);
    Callers callers =
        Callers.of(
            vertx, at(local("a", Locality.LOCAL), client), at(local("b", Locality.LOCAL), client));

    List<RecordingListener> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(callers.call(i % 2 == 0 ? "a" : "b"));
    }

    all.forEach(RecordingListener::reply);
    assertThat(client.inFlightMax).hasValue(1);
    assertThat(callers.stats("a").limit()).isEqualTo(1);
    assertThat(callers.stats("a").modelSwitches()).isEqualTo(99);
  }

  @Test
  void a_local_provider_that_does_not_queue_says_what_is_in_the_way() throws Exception {
    ScriptedClient client = client(n -> HANG);
    Callers callers =
        Callers.of(
            vertx,
            at(local("a", Locality.LOCAL_REFUSING), client),
            at(local("b", Locality.LOCAL_REFUSING), client));
    callers.call("a");
    await().until(() -> client.calls.get() == 1);

    Failure same = callers.call("a").failure();
    Failure other = callers.call("b").failure();
    assertThat(same.code()).isEqualTo("LOCAL_INSTANCE_BUSY");
    assertThat(same.message())
        .isEqualTo("Local provider instance 'a:scripted-1' is currently busy.");
    assertThat(other.code()).isEqualTo("LOCAL_PROVIDER_CONFLICT");
    assertThat(other.message())
        .isEqualTo("Cannot activate local provider 'b'. Local provider 'a' is already active.");
  }

  @Test
  void another_local_model_begins_when_the_idle_one_is_unloaded() throws Exception {
    ScriptedClient first = client(n -> ANSWER);
    ScriptedClient second = client(n -> ANSWER);
    Callers callers =
        Callers.of(
            vertx, at(local("a", Locality.LOCAL), first), at(local("b", Locality.LOCAL), second));
    Promise<Void> leaving = Promise.promise();
    first.leaving = leaving.future();
    callers.call("a").reply();
    callers.call("a").reply();

    RecordingListener other = callers.call("b");
    await().until(() -> !first.evicted.isEmpty());
    int begunMeanwhile = second.calls.get();
    leaving.complete();

    assertThat(other.reply().text()).isEqualTo("hi");
    assertThat(begunMeanwhile).isZero();
    assertThat(first.evicted).containsExactly("scripted-1");
    assertThat(second.evicted).isEmpty();
    assertThat(callers.stats("a").inUse()).isZero();
  }

  @Test
  void a_local_model_that_cannot_be_unloaded_blocks_no_other() throws Exception {
    ScriptedClient first = client(n -> ANSWER);
    Callers callers =
        Callers.of(
            vertx,
            at(local("a", Locality.LOCAL), first),
            at(local("b", Locality.LOCAL), client(n -> ANSWER)));
    first.leaving = Future.failedFuture("it stays");

    callers.call("a").reply();

    assertThat(callers.call("b").reply().text()).isEqualTo("hi");
    assertThat(first.evicted).hasSize(1);
  }

  @Test
  void a_call_cancelled_while_the_previous_model_unloads_gives_the_machine_to_the_next()
      throws Exception {
    ScriptedClient first = client(n -> ANSWER);
    ScriptedClient second = client(n -> ANSWER);
    Callers callers =
        Callers.of(
            vertx, at(local("a", Locality.LOCAL), first), at(local("b", Locality.LOCAL), second));
    Promise<Void> leaving = Promise.promise();
    first.leaving = leaving.future();
    callers.call("a").reply();
    CompletableFuture<ModelCall> impatient =
        callers.begin("b", Callers.LATER, new RecordingListener());
    await().until(() -> !first.evicted.isEmpty());

    callers.cancel(impatient);
    RecordingListener next = callers.call("b");
    await().until(() -> callers.stats("b").granted() == 3);
    leaving.complete();

    assertThat(next.reply().text()).isEqualTo("hi");
    assertThat(second.calls).hasValue(1);
  }

  @Test
  void what_an_answer_that_broke_may_have_used_stays_counted_for_its_key() throws Exception {
    ScriptedClient client = client(n -> breaks(500));
    ProviderConfig config =
        Variants.keyed(
            hasty(new RateConfig(0, 0, 1_000)),
            new KeysConfig(1, LONG, 0, new RateConfig(0, 2_030, 1_000)));
    Callers callers = Callers.of(vertx, at(config, client));

    callers.call("a").failure();
    callers.call("a").failure();
    Failure third = callers.call("a").failure();

    assertThat(third.code()).isEqualTo("API_QUEUE_TIMEOUT");
    assertThat(client.calls).hasValue(2);
  }

  private ScriptedClient client(IntFunction<Act> script) {
    return new ScriptedClient(vertx, script);
  }

  private static ConfiguredProvider at(ProviderConfig config, ProviderClient client) {
    return Callers.through(config, client);
  }

  /// Waits briefly for a permit.
  private static ProviderConfig hasty(RateConfig rate) {
    ProviderConfig plain = config("a", 5, RetryConfig.NONE, FAILING);
    return Variants.patient(Variants.rated(plain, rate), BRIEF);
  }

  private static ProviderConfig local(String name, Locality locality) {
    return Variants.placed(config(name, 5, RetryConfig.NONE, FAILING), locality);
  }
}
