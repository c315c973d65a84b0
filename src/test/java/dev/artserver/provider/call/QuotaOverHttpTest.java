package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.Breaker;
import dev.artserver.provider.ProviderStats.BreakerState;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.ServiceConfig;
import dev.artserver.provider.wire.Services;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a service sees of quotas and breakers, over real connections.
@Timeout(60)
class QuotaOverHttpTest {
  private static final Duration OPEN_FOR = Duration.ofMillis(300);
  private static final BreakerConfig BREAKER =
      breaker(new Breaker.Rules(5, 2, OPEN_FOR, 3), OnOpen.FAIL);
  private static final Script ANSWER = Script.tokens(2, Duration.ofMillis(1));

  /// An answer that takes long enough for others to come meanwhile.
  private static final Script SLOW_ANSWER = Script.tokens(2, Duration.ofMillis(100));

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void two_thousand_callers_are_never_more_and_at_times_as_many_as_there_are_permits()
      throws Exception {
    ScriptedService service = service(asked -> ANSWER);
    Callers callers = Callers.of(vertx, provider("a", 8, BREAKER, service));

    List<RecordingListener> all =
        IntStream.range(0, 2_000).mapToObj(i -> callers.call("a")).toList();

    all.forEach(RecordingListener::reply);
    assertThat(service.inFlightMax()).isEqualTo(8);
    assertThat(service.calls()).isEqualTo(2_000);
    assertThat(callers.stats("a").inUse()).isZero();
    assertThat(all).allMatch(one -> one.complaint().isEmpty());
  }

  @Test
  void a_service_that_dies_and_comes_back_is_left_alone_probed_and_used_again() throws Exception {
    AtomicBoolean down = new AtomicBoolean(true);
    ScriptedService ill =
        service(asked -> down.get() ? Script.error(503, "{}", Map.of()) : SLOW_ANSWER);
    ScriptedService sound = service(asked -> ANSWER);
    Callers callers =
        Callers.of(vertx, provider("ill", 10, BREAKER, ill), provider("sound", 10, BREAKER, sound));

    for (int i = 0; i < 40; i++) {
      callers.call("ill").failure();
      callers.call("sound").reply();
    }
    int whileDown = ill.calls();
    await().until(() -> callers.stats("ill").breaker() == BreakerState.HALF_OPEN);
    down.set(false);
    List<RecordingListener> probing =
        IntStream.range(0, 20).mapToObj(i -> callers.call("ill")).toList();
    await().until(() -> probing.stream().allMatch(RecordingListener::ended));
    int probes = ill.calls() - whileDown;
    List<RecordingListener> after =
        IntStream.range(0, 40).mapToObj(i -> callers.call("ill")).toList();
    after.forEach(RecordingListener::reply);

    // A slow machine may pass the timeout within the 40, and then one more is tried each time.
    long opened = callers.stats("ill").opened();
    assertThat(whileDown).isEqualTo(5 + (int) opened - 1);
    assertThat(probes).isEqualTo(3);
    assertThat(callers.stats("ill").breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(ill.calls()).isEqualTo(whileDown + probes + 40);
    assertThat(sound.calls()).isEqualTo(40);
    assertThat(callers.stats("sound").opened()).isZero();
  }

  @Test
  void after_a_429_nothing_comes_until_the_service_said_and_then_everything() throws Exception {
    AtomicLong refusedAt = new AtomicLong();
    List<Long> pauses = new ArrayList<>();
    ScriptedService service =
        service(asked -> {
          if (refusedAt.get() == 0) {
            refusedAt.set(System.nanoTime());
            return Script.error(429, "{}", Map.of("Retry-After", "1"));
          }
          pauses.add(System.nanoTime() - refusedAt.get());
          return ANSWER;
        });
    Callers callers = Callers.of(vertx, provider("a", 1, BREAKER, service));

    List<RecordingListener> all = IntStream.range(0, 30).mapToObj(i -> callers.call("a")).toList();

    all.forEach(RecordingListener::reply);
    assertThat(pauses).hasSize(30).allMatch(pause -> pause >= Duration.ofSeconds(1).toNanos());
    assertThat(callers.stats("a").rateLimited()).isEqualTo(1);
    assertThat(callers.stats("a").opened()).isZero();
  }

  @Test
  void a_reset_is_as_good_as_a_retry_after() throws Exception {
    AtomicBoolean limited = new AtomicBoolean(true);
    ScriptedService service =
        service(asked ->
            limited.getAndSet(false)
                ? Script.error(429, "{}", Map.of("x-ratelimit-reset-requests", "20m"))
                : ANSWER);
    Callers callers = Callers.of(vertx, provider("a", 1, BREAKER, service));

    callers.call("a").failure();

    assertThat(callers.stats("a").paused())
        .isBetween(Duration.ofMinutes(19), Duration.ofMinutes(20));
  }

  @Test
  void connections_that_break_before_an_answer_are_tried_again() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    ScriptedService service =
        service(asked -> broken.getAndSet(false) ? Script.stream().reset() : ANSWER);
    Callers callers = Callers.of(vertx, provider("a", 1, BREAKER, service));

    RecordingListener heard = callers.call("a");

    assertThat(heard.reply().text()).isEqualTo("t0 t1 ");
    assertThat(callers.stats("a").retries()).isLessThanOrEqualTo(1);
  }

  private ScriptedService service(Function<JsonObject, Script> script) throws Exception {
    return Callers.done(ScriptedService.listen(vertx, asked -> script.apply(asked).recording()));
  }

  private ConfiguredProvider provider(
      String name, int parallelMax, BreakerConfig breaker, ScriptedService service) {
    ServiceConfig usual = Services.of(name, service.url() + "/v1", "");
    RetryConfig retry = name.equals("ill") ? RetryConfig.NONE : Callers.SOON;
    return Callers.through(
        config(name, parallelMax, retry, breaker),
        new ServiceClient(
            vertx, InstantSource.system(), usual, new OpenAiProtocol(Dialect.OPENAI)));
  }
}
