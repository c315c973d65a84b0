package dev.artserver.provider.call;

import static dev.artserver.provider.call.Callers.breaker;
import static dev.artserver.provider.call.Callers.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.artserver.model.Failure;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.BreakerConfig.OnOpen;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Calls of a provider whose service wants a key when the server has none for it.
@Timeout(60)
class MissingKeyTest {
  private static final BreakerConfig FAILING = breaker(Callers.BREAKER, OnOpen.FAIL);
  private static final KeySafe SAFE =
      new KeySafe(List.of(new byte[KeySafe.SECRET_BYTES]), new SecureRandom());
  private static final ThreadId THREAD = new ThreadId("t");

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final ScriptedClient client = new ScriptedClient(vertx, n -> ScriptedClient.ANSWER);
  private final List<String> opened = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    Callers.done(vertx.close());
  }

  @Test
  void without_any_key_a_call_fails_before_it_is_queued_or_sent() throws Exception {
    LocalProviders providers = start(keyless("a", "b"), through("b", client));

    Failure failure = call(providers, "a", null, null).failure();

    assertThat(failure.code()).isEqualTo("API_KEY_MISSING");
    assertThat(failure.status()).isEqualTo(422);
    assertThat(failure.message())
        .isEqualTo(
            "/config/provider/apiKey must be given: provider 'a' needs a key and this server has"
                + " none for it");
    ProviderStats stats = providers.stats().getFirst();
    assertThat(List.of(stats.granted(), stats.refusedFull(), stats.fallbacks())).containsOnly(0L);
    assertThat(opened).isEmpty();
    assertThat(client.calls).hasValue(0);
  }

  @Test
  void a_thread_s_own_key_is_enough() throws Exception {
    LocalProviders providers = start(keyless("a"));

    RecordingListener heard = call(providers, "a", "k-1", null);

    assertThat(heard.reply().text()).isEqualTo("hi");
    assertThat(opened).containsExactly("k-1");
  }

  @Test
  void a_fallback_that_is_left_without_a_key_is_passed_over() throws Exception {
    ScriptedClient down = new ScriptedClient(vertx, n -> ScriptedClient.fails(500));
    LocalProviders providers = start(through("a", down), keyless("b"), through("c", client));
    List<Fallback> both = List.of(new Fallback("b", null), new Fallback("c", null));

    RecordingListener served = call(providers, "a", null, both);
    RecordingListener unserved = call(providers, "a", null, both.subList(0, 1));

    assertThat(served.reply().text()).isEqualTo("hi");
    assertThat(unserved.failure()).isEqualTo(ScriptedClient.error(500, null));
    assertThat(opened).isEmpty();
  }

  private LocalProviders start(ConfiguredProvider... configured) throws Exception {
    return Callers.done(
        LocalProviders.start(vertx, InstantSource.fixed(Callers.NOW), SAFE, List.of(configured)));
  }

  private ConfiguredProvider keyless(String name, String... fallbacks) {
    return new ConfiguredProvider(
        config(name, 5, RetryConfig.NONE, FAILING, fallbacks),
        null,
        key -> {
          opened.add(key.reveal());
          return client;
        });
  }

  private static ConfiguredProvider through(String name, ScriptedClient client) {
    return Callers.through(config(name, 5, RetryConfig.NONE, FAILING), client);
  }

  private RecordingListener call(
      LocalProviders providers,
      String provider,
      @Nullable String key,
      @Nullable List<Fallback> fallbacks) {
    SealedKey sealed = key == null ? null : SAFE.seal(THREAD, provider, new ApiKey(key));
    CallTerms terms =
        new CallTerms(THREAD, new RunId("r"), Priority.NORMAL, Callers.LATER, fallbacks, sealed);
    RecordingListener heard = new RecordingListener();
    context.runOnContext(go -> providers.call(provider, terms, Requests.ask("?"), heard));
    return heard;
  }
}
