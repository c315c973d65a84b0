package dev.artserver.provider.call;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.flow.Backoff;
import dev.artserver.flow.Breaker;
import dev.artserver.model.Priority;
import dev.artserver.provider.Fallback;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.ProviderPlace;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.ProviderWait;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.PermitSources;
import dev.artserver.provider.quota.RateConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Calls providers from an event loop, as a thread's owner does.
final class Callers {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant LATER = NOW.plusSeconds(3_600);
  static final Duration LONG = Duration.ofMinutes(1);

  /// As many probes as successes are needed; open for long unless a test says otherwise.
  static final Breaker.Rules BREAKER = new Breaker.Rules(5, 2, LONG, 3);

  /// Retries soon.
  static final RetryConfig SOON =
      new RetryConfig(2, new Backoff(Duration.ofMillis(1), Duration.ofMillis(4)), LONG);

  private final Context context;
  private final LocalProviders providers;

  private Callers(Vertx vertx, LocalProviders providers) {
    this.context = vertx.getOrCreateContext();
    this.providers = providers;
  }

  static Callers of(Vertx vertx, ConfiguredProvider... configured) throws Exception {
    return of(vertx, PermitSources.LOCAL, configured);
  }

  static Callers of(Vertx vertx, PermitSources sources, ConfiguredProvider... configured)
      throws Exception {
    return new Callers(
        vertx,
        done(
            LocalProviders.start(
                vertx,
                InstantSource.fixed(NOW),
                new Random(1),
                KeySafe.NONE,
                sources,
                List.of(configured))));
  }

  /// A provider called `name` with a queue of 5,000 and nothing special.
  static ProviderConfig config(
      String name, int parallelMax, RetryConfig retry, BreakerConfig breaker, String... fallbacks) {
    return new ProviderConfig(
        name,
        "scripted",
        parallelMax,
        5_000,
        LONG,
        LONG,
        RateConfig.NONE,
        retry,
        breaker,
        List.of(),
        List.of(fallbacks).stream().map(Fallback::parse).toList(),
        Locality.REMOTE,
        TestConfigs.KEYS);
  }

  /// A provider whose calls all go through one client, whatever their key.
  static ConfiguredProvider through(ProviderConfig config, ProviderClient client) {
    return new ConfiguredProvider(config, ApiKey.NONE, key -> client);
  }

  static BreakerConfig breaker(Breaker.Rules rules, BreakerConfig.OnOpen onOpen) {
    return new BreakerConfig(rules, TestConfigs.BREAKER_COUNTS, onOpen);
  }

  RecordingListener call(String provider) {
    return call(provider, LATER);
  }

  RecordingListener call(String provider, Instant deadline) {
    RecordingListener heard = new RecordingListener();
    CompletableFuture<ModelCall> _ = begin(provider, deadline, heard);
    return heard;
  }

  /// To be cancelled on the context, with `cancel`.
  CompletableFuture<ModelCall> begin(String provider, Instant deadline, RecordingListener heard) {
    CompletableFuture<ModelCall> begun = new CompletableFuture<>();
    context.runOnContext(go ->
        begun.complete(
            providers.call(
                provider, Requests.terms(Priority.NORMAL, deadline), Requests.ask("?"), heard)));
    return begun;
  }

  void cancel(CompletableFuture<ModelCall> call) throws Exception {
    CompletableFuture<String> ran = new CompletableFuture<>();
    context.runOnContext(go -> {
      call.join().cancel();
      ran.complete("ran");
    });
    ran.get(10, TimeUnit.SECONDS);
  }

  /// What the only run of these calls waits for.
  Optional<ProviderWait> waits() {
    return providers.waitOf(Requests.terms(Priority.NORMAL, LATER).run()).result();
  }

  /// Where it stands in a queue.
  Optional<ProviderPlace> place() {
    return waits().filter(ProviderPlace.class::isInstance).map(ProviderPlace.class::cast);
  }

  ProviderStats stats(String provider) {
    return providers.stats().stream()
        .filter(stats -> stats.name().equals(provider))
        .findFirst()
        .orElseThrow();
  }

  static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
