package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.BREAKER;
import static dev.artserver.provider.call.Callers.LATER;
import static dev.artserver.provider.call.Callers.LONG;
import static dev.artserver.provider.call.Callers.NOW;
import static dev.artserver.provider.call.Callers.SOON;
import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static dev.artserver.provider.call.ScriptedClient.ANSWER;
import static dev.artserver.provider.call.ScriptedClient.breaks;
import static dev.artserver.provider.call.ScriptedClient.fails;
import static dev.artserver.provider.call.ScriptedClient.throttles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.Backoff;
import dev.artserver.flow.Breaker;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.ServedBy;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.ProviderStats.BreakerState;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.call.ScriptedClient.Act;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RoutedCallTest {
  private static final BreakerConfig FAILING = breaker(BREAKER, OnOpen.FAIL);

  /// Its first pause is never over within a test.
  private static final RetryConfig SLOWLY =
      new RetryConfig(2, new Backoff(Duration.ofHours(1), Duration.ofHours(1)), Duration.ofDays(1));

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 429, 500, 502, 503, 504, 529})
  void a_transient_failure_is_retried(int status) throws Exception {
    ScriptedClient client = client(n -> n < 2 ? fails(status) : ANSWER);
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING), client));

    RecordingListener heard = callers.call("a");

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(heard.reply().servedBy()).isNull();
    assertThat(client.calls).hasValue(3);
    assertThat(callers.stats("a").retries()).isEqualTo(2);
    assertThat(callers.stats("a").inUse()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 413, 422})
  void a_lasting_failure_fails_at_once_and_harms_no_breaker(int status) throws Exception {
    ScriptedClient client = client(n -> fails(status));
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING, "b"), client), other());

    for (int i = 0; i < 10; i++) {
      assertThat(callers.call("a").failure()).isInstanceOf(Failure.ProviderError.class);
    }

    assertThat(client.calls).hasValue(10);
    assertThat(callers.stats("a").breaker()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void after_its_last_try_a_call_fails_with_what_the_provider_said() throws Exception {
    ScriptedClient client = client(n -> fails(500 + n));
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING), client));

    Failure failure = callers.call("a").failure();

    assertThat(failure).isEqualTo(ScriptedClient.error(502, null));
    assertThat(client.calls).hasValue(3);
  }

  @Test
  void an_answer_that_breaks_off_is_asked_for_again_within_the_limits_and_at_the_fallback()
      throws Exception {
    ScriptedClient client = client(n -> breaks(500));
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING, "b"), client), other());

    RecordingListener heard = callers.call("a");

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(heard.reply().servedBy()).isNotNull();
    assertThat(heard.text()).isEmpty();
    assertThat(heard.pieces())
        .containsExactly(
            "h",
            "[again after on wish]",
            "h",
            "[again after on wish]",
            "h",
            "[again after on wish]");
    assertThat(client.calls).hasValue(3);
    assertThat(callers.stats("a").inUse()).isZero();
  }

  @Test
  void an_answer_that_breaks_off_for_the_last_time_fails_the_call() throws Exception {
    ScriptedClient client = client(n -> n < 2 ? breaks(0) : breaks(400));
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING), client));

    RecordingListener heard = callers.call("a");

    assertThat(heard.failure()).isEqualTo(ScriptedClient.error(400, null));
    assertThat(client.calls).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource({
    "400,context_length_exceeded,too long",
    "400,,This model's maximum context length is 4096 tokens",
    "413,,prompt is too long: 210000 tokens > 200000 maximum",
    "400,INVALID_ARGUMENT,The input token count (1) exceeds the maximum number of tokens allowed (0)"
  })
  void a_conversation_too_long_for_its_model_goes_to_a_fallback_at_once_and_uncounted(
      int status, String code, String words) throws Exception {
    Failure tooLong = new Failure.ProviderError("scripted", status, code, words, null);
    ScriptedClient client = client(n -> new Act.Fails(tooLong));
    BreakerConfig eager = breaker(new Breaker.Rules(1, 1, LONG, 1), OnOpen.FAIL);
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, eager, "b"), client), other());

    RecordingListener heard = callers.call("a");

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(client.calls).hasValue(1);
    assertThat(callers.stats("a").breaker()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void nothing_is_tried_again_that_could_not_begin_before_the_deadline() throws Exception {
    ScriptedClient client = client(n -> fails(500));
    Callers callers = Callers.of(vertx, at(config("a", 1, SLOWLY, FAILING), client));

    RecordingListener heard = callers.call("a", NOW.plusSeconds(5));

    assertThat(heard.failure()).isEqualTo(ScriptedClient.error(500, null));
    assertThat(client.calls).hasValue(1);
  }

  @Test
  void a_rate_limit_that_outlasts_the_run_fails_at_once() throws Exception {
    ScriptedClient client = client(n -> throttles(Duration.ofHours(2)));
    Callers callers = Callers.of(vertx, at(config("a", 1, SLOWLY, FAILING), client));

    Failure failure = callers.call("a").failure();

    assertThat(failure.code()).isEqualTo("THROTTLED");
    assertThat(failure.retryAfter()).hasValue(Duration.ofHours(2));
  }

  @Test
  void no_permit_is_held_between_two_tries_and_cancelling_ends_the_pause() throws Exception {
    ScriptedClient client = client(n -> n == 0 ? fails(500) : ANSWER);
    Callers callers = Callers.of(vertx, at(config("a", 1, SLOWLY, FAILING), client));
    RecordingListener heard = new RecordingListener();
    CompletableFuture<ModelCall> pausing = callers.begin("a", LATER.plusSeconds(86_400), heard);
    await().until(() -> callers.stats("a").retries() == 1);

    RecordingListener other = callers.call("a");
    callers.cancel(pausing);

    assertThat(other.reply().text()).isEqualTo("hi");
    assertThat(client.calls).hasValue(2);
    assertThat(heard.ended()).isFalse();
    assertThat(callers.stats("a").inUse()).isZero();
  }

  @Test
  void no_pause_is_waited_out_when_the_breaker_has_opened() throws Exception {
    BreakerConfig touchy = breaker(new Breaker.Rules(1, 1, LONG, 1), OnOpen.FAIL);
    ScriptedClient down = client(n -> fails(500));
    Callers callers =
        Callers.of(
            vertx,
            at(config("a", 1, SLOWLY, touchy, "b"), down),
            at(config("c", 1, SLOWLY, touchy), down),
            other());

    RecordingListener elsewhere = callers.call("a", LATER.plusSeconds(86_400));
    RecordingListener nowhere = callers.call("c", LATER.plusSeconds(86_400));

    assertThat(elsewhere.reply().text()).isEqualTo("hi");
    assertThat(nowhere.failure()).isEqualTo(ScriptedClient.error(500, null));
    assertThat(down.calls).hasValue(2);
  }

  @Test
  void a_service_that_says_when_it_will_be_back_is_left_alone_until_then() throws Exception {
    Failure down = ScriptedClient.error(503, Duration.ofHours(1));
    Callers callers =
        Callers.of(
            vertx, at(config("a", 1, RetryConfig.NONE, FAILING), client(n -> new Act.Fails(down))));

    callers.call("a").failure();

    assertThat(callers.stats("a").paused()).isPositive();
    assertThat(callers.stats("a").rateLimited()).isZero();
  }

  @Test
  void a_rate_limit_pauses_all_calls_and_waiters_go_after_it() throws Exception {
    ScriptedClient client = client(n -> n == 0 ? throttles(Duration.ofMillis(300)) : ANSWER);
    Callers callers = Callers.of(vertx, at(config("a", 1, SOON, FAILING), client));
    RecordingListener first = callers.call("a");
    await().until(() -> callers.stats("a").rateLimited() == 1);

    List<RecordingListener> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(callers.call("a"));
    }

    assertThat(first.reply().text()).isEqualTo("hi");
    others.forEach(one -> assertThat(one.reply().text()).isEqualTo("hi"));
    assertThat(callers.stats("a").paused()).isZero();
    assertThat(client.calls).hasValue(22);
  }

  @Test
  void an_open_breaker_fails_at_once_and_says_until_when() throws Exception {
    ScriptedClient client = client(n -> fails(500));
    Callers callers = Callers.of(vertx, at(config("a", 5, RetryConfig.NONE, FAILING), client));
    for (int i = 0; i < 5; i++) {
      callers.call("a").failure();
    }

    Failure failure = callers.call("a").failure();

    assertThat(failure).isInstanceOf(Failure.CircuitOpen.class);
    assertThat(failure.code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(failure.retryAfter())
        .hasValueSatisfying(retry -> assertThat(retry).isBetween(Duration.ofSeconds(1), LONG));
    assertThat(client.calls).hasValue(5);
    assertThat(callers.stats("a").refusedOpen()).isEqualTo(1);
  }

  @Test
  void a_call_its_provider_cannot_serve_goes_to_the_fallbacks_in_order() throws Exception {
    ScriptedClient first = client(n -> fails(500));
    ScriptedClient second = client(n -> fails(503));
    ScriptedClient third = client(n -> ANSWER);
    Callers callers =
        Callers.of(
            vertx,
            at(config("a", 1, SOON, FAILING, "b/small-1", "c"), first),
            at(config("b", 1, RetryConfig.NONE, FAILING), second),
            at(config("c", 1, RetryConfig.NONE, FAILING), third));

    RecordingListener heard = callers.call("a");

    assertThat(heard.reply().servedBy()).isEqualTo(new ServedBy("c", "scripted-1"));
    assertThat(first.calls).hasValue(3);
    assertThat(second.models).containsExactly("small-1");
    assertThat(third.models).containsExactly("scripted-1");
    assertThat(callers.stats("a").fallbacks()).isEqualTo(1);
    assertThat(callers.stats("b").fallbacks()).isEqualTo(1);
    assertThat(callers.stats("c").fallbacks()).isZero();
  }

  @Test
  void an_open_breaker_sends_calls_elsewhere_only_if_configured_so() throws Exception {
    BreakerConfig touchy = breaker(new Breaker.Rules(1, 1, LONG, 1), OnOpen.FALLBACK);
    ScriptedClient down = client(n -> breaks(500));
    Callers callers =
        Callers.of(
            vertx,
            at(config("a", 1, RetryConfig.NONE, touchy, "c"), down),
            at(
                config("b", 1, RetryConfig.NONE, breaker(touchy.rules(), OnOpen.FAIL), "c"),
                client(n -> breaks(500))),
            at(config("c", 1, RetryConfig.NONE, FAILING), client(n -> ANSWER)));
    callers.call("a").reply();
    callers.call("b").reply();

    RecordingListener elsewhere = callers.call("a");
    RecordingListener nowhere = callers.call("b");

    assertThat(elsewhere.reply().text()).isEqualTo("hi");
    assertThat(nowhere.failure().code()).isEqualTo("CIRCUIT_OPEN");
  }

  @Test
  void a_fallback_that_is_no_provider_is_refused() {
    assertThatThrownBy(() ->
            FireAndForget.logged(
                LocalProviders.start(
                    vertx,
                    InstantSource.system(),
                    KeySafe.NONE,
                    List.of(at(config("a", 1, SOON, FAILING, "x/y"), client(n -> ANSWER)))),
                "start providers"))
        .hasMessage("provider.fallbacks must name providers (a), got 'x'");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void a_thousand_calls_that_end_in_every_way_leak_nothing(long seed) throws Exception {
    Random random = new Random(seed);
    ScriptedClient client =
        client(n -> {
          synchronized (random) {
            return switch (random.nextInt(6)) {
              case 0 -> fails(500);
              case 1 -> breaks(0);
              case 2 -> fails(400);
              case 3 -> throttles(Duration.ofMillis(random.nextInt(3)));
              default -> ANSWER;
            };
          }
        });
    BreakerConfig quick = breaker(new Breaker.Rules(3, 1, Duration.ofMillis(2), 2), OnOpen.WAIT);
    Callers callers = Callers.of(vertx, at(config("a", 7, SOON, quick), client));
    List<RecordingListener> all = new ArrayList<>();

    for (int i = 0; i < 1_000; i++) {
      RecordingListener heard = new RecordingListener();
      CompletableFuture<ModelCall> call = callers.begin("a", LATER, heard);
      if (i % 5 == 0) {
        callers.cancel(call);
      } else {
        all.add(heard);
      }
    }

    await().until(() -> all.stream().allMatch(RecordingListener::ended));
    await().until(() -> callers.stats("a").inUse() == 0 && callers.stats("a").waiting() == 0);
    assertThat(client.inFlightMax.get()).as("seed " + seed).isLessThanOrEqualTo(7);
    assertThat(client.inFlight).as("seed " + seed).hasValue(0);
    assertThat(all).as("seed " + seed).allMatch(one -> one.complaint().isEmpty());
  }

  private ScriptedClient client(IntFunction<Act> script) {
    return new ScriptedClient(vertx, script);
  }

  private ConfiguredProvider other() {
    return at(config("b", 1, RetryConfig.NONE, FAILING), client(n -> ANSWER));
  }

  private static ConfiguredProvider at(ProviderConfig config, ProviderClient client) {
    return Callers.through(config, client);
  }
}
