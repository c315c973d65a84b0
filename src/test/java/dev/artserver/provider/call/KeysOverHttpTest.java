package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.LATER;
import static dev.artserver.provider.call.Callers.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.openai.Dialect;
import dev.artserver.provider.openai.OpenAiProtocol;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.RateConfig;
import dev.artserver.provider.wire.ServiceClient;
import dev.artserver.provider.wire.ServiceConfig;
import dev.artserver.provider.wire.Services;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a service sees of keys, over real connections.
@Timeout(60)
class KeysOverHttpTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration ANSWERS_AFTER = Duration.ofMillis(20);
  private static final KeySafe SAFE = new KeySafe(List.of(new byte[32]), new SecureRandom());
  private static final String OF_SERVER = "Bearer of-server";

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  /// The keys seen on each connection there ever was.
  private final Map<HttpConnection, Set<String>> heard = new ConcurrentHashMap<>();

  private final Set<HttpConnection> connected = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> inFlightMax = new ConcurrentHashMap<>();

  /// Keys that are refused for a while.
  private final Set<String> throttled = ConcurrentHashMap.newKeySet();

  private final AtomicInteger opened = new AtomicInteger();
  private HttpServer service;

  @BeforeEach
  void listen() throws Exception {
    service =
        Callers.done(
            vertx
                .createHttpServer()
                .connectionHandler(connection -> {
                  connected.add(connection);
                  connection.closeHandler(gone -> connected.remove(connection));
                })
                .requestHandler(request -> {
                  String key = String.valueOf(request.getHeader("Authorization"));
                  heard
                      .computeIfAbsent(request.connection(), c -> ConcurrentHashMap.newKeySet())
                      .add(key);
                  AtomicInteger now = count(inFlight, key);
                  count(inFlightMax, key).accumulateAndGet(now.incrementAndGet(), Math::max);
                  request
                      .body()
                      .onSuccess(body ->
                          vertx.setTimer(
                              ANSWERS_AFTER.toMillis(),
                              t -> {
                                now.decrementAndGet();
                                Script script =
                                    throttled.contains(key)
                                        ? Script.error(429, "{}", Map.of("Retry-After", "60"))
                                        : Script.tokens(1, Duration.ZERO);
                                script.recording().headers().forEach(request.response()::putHeader);
                                FireAndForget.harmless(
                                    request
                                        .response()
                                        .setStatusCode(script.recording().status())
                                        .end(script.bytes()),
                                    "the caller may have cancelled");
                              }))
                      .onFailure(cancelled -> now.decrementAndGet());
                })
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void no_connection_ever_carries_two_keys_and_each_key_has_one_client() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 0, 0));
    List<RecordingListener> all = new ArrayList<>();
    Random random = new Random(7);

    for (int i = 0; i < 300; i++) {
      int key = random.nextInt(6);
      all.add(key == 5 ? call(providers, "t", null) : call(providers, "t" + i, "k" + key));
    }

    all.forEach(RecordingListener::reply);
    assertThat(heard.values()).isNotEmpty().allMatch(keys -> keys.size() == 1);
    assertThat(heard.values().stream().flatMap(Set::stream).distinct())
        .containsExactlyInAnyOrder(
            OF_SERVER, "Bearer k0", "Bearer k1", "Bearer k2", "Bearer k3", "Bearer k4");
    assertThat(opened).hasValue(6);
  }

  @Test
  void a_thread_that_brings_the_servers_own_key_shares_its_client() throws Exception {
    LocalProviders providers = providers(keys(1, LONG, 0, 0));

    call(providers, "t", null).reply();
    call(providers, "t", "of-server").reply();

    assertThat(opened).hasValue(1);
  }

  @Test
  void a_client_unused_for_its_idle_time_is_closed_and_made_again_when_asked_for()
      throws Exception {
    LocalProviders providers = providers(keys(100, Duration.ofMillis(50), 0, 0));
    call(providers, "t", "k1").reply();
    call(providers, "t", null).reply();

    await().until(connected::isEmpty);
    call(providers, "t", "k1").reply();

    assertThat(opened.get()).isBetween(3, 4);
  }

  @Test
  void a_client_outlives_the_caller_it_was_made_for() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 0, 0));
    RecordingListener first = new RecordingListener();
    AbstractVerticle owner =
        new AbstractVerticle() {
          @Override
          public void start() {
            providers.call("a", terms("t", "k1"), Requests.ask("?"), first);
          }
        };
    String deployed = Callers.done(vertx.deployVerticle(owner));
    first.reply();
    Callers.done(vertx.undeploy(deployed));

    assertThat(call(providers, "t", "k1").reply().text()).isEqualTo("t0 ");
    assertThat(opened).hasValue(1);
  }

  @Test
  void a_keys_calls_at_once_are_its_own_and_do_not_hold_up_another_key() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 2, 0));
    List<RecordingListener> all = new ArrayList<>();

    for (int i = 0; i < 30; i++) {
      all.add(call(providers, "t", "k1"));
    }
    for (int i = 0; i < 4; i++) {
      all.add(call(providers, "t", "k2"));
      all.add(call(providers, "t", null));
    }

    all.forEach(RecordingListener::reply);
    assertThat(count(inFlightMax, "Bearer k1")).hasValue(2);
    assertThat(count(inFlightMax, "Bearer k2")).hasValue(2);
    assertThat(count(inFlightMax, OF_SERVER)).hasValue(2);
    assertThat(providers.stats().getFirst().inUse()).isZero();
  }

  @Test
  void a_keys_requests_by_the_minute_are_its_own() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 0, 3), Duration.ofMillis(300));
    List<RecordingListener> ofOne = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ofOne.add(call(providers, "t", "k1"));
    }

    List<Failure> late = ofOne.subList(3, 5).stream().map(RecordingListener::failure).toList();

    ofOne.subList(0, 3).forEach(RecordingListener::reply);
    assertThat(late).extracting(Failure::code).containsOnly("API_QUEUE_TIMEOUT");
    assertThat(call(providers, "t", "k2").reply().text()).isEqualTo("t0 ");
  }

  @Test
  void a_pause_a_service_asks_of_one_key_stops_that_key_only() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 0, 0), Duration.ofMillis(300));
    throttled.add("Bearer k1");

    assertThat(call(providers, "t", "k1").failure().code()).isEqualTo("THROTTLED");
    assertThat(call(providers, "t", "k1").failure().code()).isEqualTo("API_QUEUE_TIMEOUT");

    assertThat(call(providers, "t", "k2").reply().text()).isEqualTo("t0 ");
    assertThat(call(providers, "t", null).reply().text()).isEqualTo("t0 ");
    assertThat(providers.stats().getFirst().paused()).isEqualTo(Duration.ZERO);
  }

  @Test
  void a_new_key_takes_the_place_of_one_that_rests_and_is_refused_when_none_does()
      throws Exception {
    LocalProviders providers = providers(keys(2, LONG, 0, 0));
    call(providers, "t", "k1").reply();
    call(providers, "t", "k2").reply();

    call(providers, "t", "k3").reply();
    RecordingListener one = call(providers, "t", "k1");
    RecordingListener two = call(providers, "t", "k2");
    Failure refused = call(providers, "t", "k3").failure();

    assertThat(refused.code()).isEqualTo("API_QUEUE_FULL");
    assertThat(refused.message()).isEqualTo("the table of keys of provider 'a' is full at 2");
    one.reply();
    two.reply();
    assertThat(call(providers, "t", null).reply().text()).isEqualTo("t0 ");
  }

  @Test
  void clients_are_counted_until_they_are_closed() throws Exception {
    LocalProviders providers = providers(keys(1, LONG, 0, 0));
    call(providers, "t", null).reply();
    call(providers, "t", "k1").reply();
    int withTwo = providers.stats().getFirst().clients();

    call(providers, "t", "k2").reply();
    await().until(() -> providers.stats().getFirst().clients() == 2);
    Callers.done(providers.close());

    assertThat(withTwo).isEqualTo(2);
    assertThat(opened).hasValue(3);
    await().until(() -> providers.stats().getFirst().clients() == 0);
    LocalProviders forgetful = providers(keys(1, Duration.ofMillis(20), 0, 0));
    call(forgetful, "t", "k1").reply();
    await().until(() -> forgetful.stats().getFirst().clients() == 0);
  }

  @Test
  void what_counts_in_the_last_minute_is_not_forgotten_for_a_new_key() throws Exception {
    LocalProviders providers = providers(keys(1, LONG, 0, 5));
    call(providers, "t", "k1").reply();

    assertThat(call(providers, "t", "k2").failure().code()).isEqualTo("API_QUEUE_FULL");
  }

  @Test
  void a_key_that_does_not_open_fails_the_call_and_says_what_to_do() throws Exception {
    LocalProviders providers = providers(keys(100, LONG, 0, 0));
    CallTerms ofAnother =
        new CallTerms(
            new ThreadId("t2"),
            new RunId("r"),
            Priority.NORMAL,
            LATER,
            null,
            SAFE.seal(new ThreadId("t1"), "a", new ApiKey("k1")));
    RecordingListener heard = new RecordingListener();

    context.runOnContext(go -> providers.call("a", ofAnother, Requests.ask("?"), heard));

    assertThat(heard.failure().code()).isEqualTo("API_KEY_UNREADABLE");
    assertThat(heard.failure().message())
        .startsWith("/config/provider/apiKey was sealed with another secret: give the thread");
    assertThat(opened).hasValue(0);
  }

  @Test
  void a_threads_key_does_not_go_to_a_fallback() throws Exception {
    throttled.add("Bearer k1");
    LocalProviders providers = providers(keys(100, LONG, 0, 0), LONG, "b");

    call(providers, "t", "k1").reply();

    assertThat(heard.values().stream().flatMap(Set::stream).distinct())
        .containsExactlyInAnyOrder("Bearer k1", "Bearer of-b");
  }

  @Test
  void another_model_of_the_same_provider_is_asked_with_the_threads_key() throws Exception {
    throttled.add("Bearer k1");
    LocalProviders providers = providers(keys(100, LONG, 0, 0), Duration.ofMillis(300));
    CallTerms own = terms("t", "k1");
    List<Fallback> sameProvider = List.of(Fallback.parse("a/other"));
    CallTerms terms =
        new CallTerms(
            own.thread(), own.run(), own.priority(), own.deadline(), sameProvider, own.key());
    RecordingListener heardOfIt = new RecordingListener();

    context.runOnContext(go -> providers.call("a", terms, Requests.ask("?"), heardOfIt));

    assertThat(heardOfIt.failure().code()).isEqualTo("API_QUEUE_TIMEOUT");
    assertThat(heard.values().stream().flatMap(Set::stream)).containsOnly("Bearer k1");
  }

  private static KeysConfig keys(int max, Duration idle, int parallelMax, long requests) {
    return new KeysConfig(max, idle, parallelMax, new RateConfig(requests, 0, 0));
  }

  private LocalProviders providers(KeysConfig keys) throws Exception {
    return providers(keys, LONG);
  }

  private LocalProviders providers(KeysConfig keys, Duration waitMax, String... fallbacks)
      throws Exception {
    List<ConfiguredProvider> configured = new CopyOnWriteArrayList<>();
    configured.add(provider("a", "of-server", keys, waitMax, fallbacks));
    for (String fallback : fallbacks) {
      configured.add(provider(fallback, "of-" + fallback, keys, waitMax));
    }
    return Callers.done(
        LocalProviders.start(
            vertx, InstantSource.fixed(NOW), new Random(1), SAFE, PermitSources.LOCAL, configured));
  }

  private ConfiguredProvider provider(
      String name, String key, KeysConfig keys, Duration waitMax, String... fallbacks) {
    ProviderConfig config =
        new ProviderConfig(
            name,
            "scripted",
            50,
            5_000,
            waitMax,
            LONG,
            RateConfig.NONE,
            RetryConfig.NONE,
            null,
            List.of(),
            List.of(fallbacks).stream().map(Fallback::parse).toList(),
            Locality.REMOTE,
            keys);
    String url = "http://127.0.0.1:" + service.actualPort() + "/v1";
    ServiceConfig shared = Services.of(name, url, "");
    return new ConfiguredProvider(
        config,
        new ApiKey(key),
        each -> {
          opened.incrementAndGet();
          return new ServiceClient(
              vertx,
              InstantSource.system(),
              shared.withKey(each.reveal()),
              new OpenAiProtocol(Dialect.OPENAI));
        });
  }

  /// @param key null: the server's
  private RecordingListener call(LocalProviders providers, String thread, @Nullable String key) {
    RecordingListener heard = new RecordingListener();
    context.runOnContext(go -> providers.call("a", terms(thread, key), Requests.ask("?"), heard));
    return heard;
  }

  private static CallTerms terms(String thread, @Nullable String key) {
    ThreadId id = new ThreadId(thread);
    SealedKey sealed = key == null ? null : SAFE.seal(id, "a", new ApiKey(key));
    return new CallTerms(id, new RunId("r"), Priority.NORMAL, LATER, null, sealed);
  }

  private static AtomicInteger count(Map<String, AtomicInteger> counts, String key) {
    return counts.computeIfAbsent(key, first -> new AtomicInteger());
  }
}
