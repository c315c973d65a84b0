package dev.artserver.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.admission.Load;
import dev.artserver.admission.PoolPlace;
import dev.artserver.admission.PoolStats;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.provider.ProviderPlace;
import dev.artserver.provider.ProviderRetry;
import dev.artserver.provider.ProviderStats;
import dev.artserver.provider.ProviderWait;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The state of the server for operators, as JSON. Thread-safe; nothing here blocks.
///
/// @param place a run's position in the pool's queue
/// @param waitOf what a run's waiting model call waits for
public record Operations(
    Supplier<PoolStats> poolStats,
    Supplier<Load> currentLoad,
    Function<RunId, Optional<PoolPlace>> place,
    Supplier<List<ProviderStats>> providerStats,
    Function<RunId, Future<Optional<ProviderWait>>> waitOf,
    ThreadMonitor monitor,
    Alerts alerts) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// `{active, slots, queued: {low, …}, limits, granted, …}`.
  public ObjectNode pool() {
    PoolStats stats = poolStats.get();
    ObjectNode node = JSON.objectNode();
    node.put("active", stats.active());
    node.put("slots", stats.slots());
    ObjectNode queued = node.putObject("queued");
    for (Priority priority : Priority.values()) {
      queued.put(lower(priority), stats.queuedByPriority().getOrDefault(priority, 0));
    }
    ObjectNode limits = node.putObject("limits");
    limits.put("maxConcurrentThreads", stats.limits().maxConcurrentThreads());
    limits.put("maxQueueSize", stats.limits().maxQueueSize());
    limits.put("queueTimeoutMs", stats.limits().queueTimeout().toMillis());
    node.put("granted", stats.granted());
    node.put("refused", stats.refused());
    node.put("timedOut", stats.timedOut());
    node.put("yielded", stats.yielded());
    node.put("averageWaitMs", stats.averageWait().toMillis());
    node.put("averageResponseTimeMs", stats.averageResponseTime().toMillis());
    return node;
  }

  /// `{load, shouldThrottle, recommendedConcurrency, parts}`.
  public ObjectNode load() {
    Load load = currentLoad.get();
    ObjectNode node = JSON.objectNode();
    node.put("load", rounded(load.value()));
    node.put("shouldThrottle", load.shouldThrottle());
    node.put("recommendedConcurrency", load.recommendedConcurrency());
    ObjectNode parts = node.putObject("parts");
    parts.put("eventLoopLag", rounded(load.parts().eventLoopLag()));
    parts.put("heap", rounded(load.parts().heap()));
    parts.put("cpu", rounded(load.parts().cpu()));
    parts.put("queue", rounded(load.parts().queue()));
    parts.put("responseTime", rounded(load.parts().responseTime()));
    return node;
  }

  /// `{position, estimateMs?}` of a run that waits for a slot.
  public Optional<ObjectNode> queuePlace(RunId run) {
    return place
        .apply(run)
        .map(found -> {
          ObjectNode node = JSON.objectNode();
          node.put("position", found.position());
          found.estimate().ifPresent(wait -> node.put("estimateMs", wait.toMillis()));
          return node;
        });
  }

  /// `{reason, model, provider, …}` of a run whose model call waits: `{position, limit, limitOf,
  /// estimateMs?, retryAfterMs?}` for a permit, `{attempt, retryAfterMs}` for its next try.
  public Future<Optional<ObjectNode>> providerWait(RunId run) {
    return waitOf.apply(run).map(wait -> wait.map(this::providerWait));
  }

  private ObjectNode providerWait(ProviderWait wait) {
    ObjectNode node = JSON.objectNode();
    node.put("model", wait.model());
    ObjectNode provider = provider(wait.provider());
    if (provider != null) {
      node.set("provider", provider);
    }
    return switch (wait) {
      case ProviderPlace place -> inLine(node, place);
      case ProviderRetry retry ->
          node.put("reason", "retry")
              .put("attempt", retry.attempt())
              .put("retryAfterMs", retry.rest().toMillis());
    };
  }

  private static ObjectNode inLine(ObjectNode node, ProviderPlace place) {
    boolean open = place.hold() == ProviderPlace.Hold.BREAKER;
    node.put("reason", open ? "breaker-open" : "provider-queue");
    node.put("position", place.position());
    node.put("limit", limit(place.hold()));
    node.put("limitOf", lower(place.scope()));
    boolean untilThen = open || place.hold() == ProviderPlace.Hold.PAUSE;
    place
        .estimate()
        .ifPresent(wait -> node.put(untilThen ? "retryAfterMs" : "estimateMs", wait.toMillis()));
    return node;
  }

  private static String limit(ProviderPlace.Hold hold) {
    return switch (hold) {
      case PARALLEL -> "parallelMax";
      case REQUESTS_PER_MINUTE -> "requestsPerMinute";
      case TOKENS_PER_MINUTE -> "tokensPerMinute";
      case PAUSE -> "pause";
      case BREAKER -> "breaker";
    };
  }

  /// All providers, in the order of the configuration.
  public List<ObjectNode> providers() {
    return providerStats.get().stream().map(Operations::provider).toList();
  }

  /// The provider with that name; null when there is none.
  public @Nullable ObjectNode provider(String name) {
    for (ProviderStats stats : providerStats.get()) {
      if (stats.name().equals(name)) {
        return provider(stats);
      }
    }
    return null;
  }

  /// Tracked threads; threads with work come first.
  public List<ObjectNode> threads(int limit) {
    return monitor.metrics(limit).stream().map(Operations::thread).toList();
  }

  public Optional<ObjectNode> thread(ThreadId thread) {
    return monitor.metrics(thread).map(Operations::thread);
  }

  /// All alerts, raised or not.
  public List<ObjectNode> alertList() {
    return alerts.all().stream().map(Operations::alert).toList();
  }

  private static ObjectNode provider(ProviderStats stats) {
    ObjectNode node = JSON.objectNode();
    node.put("name", stats.name());
    node.put("kind", stats.kind());
    node.put("limit", stats.limit());
    node.put("inUse", stats.inUse());
    node.put("waiting", stats.waiting());
    node.put("waitingMax", stats.waitingMax());
    node.put("breaker", lower(stats.breaker()).replace('_', '-'));
    node.put("pausedMs", stats.paused().toMillis());
    ObjectNode counts = node.putObject("counts");
    counts.put("granted", stats.granted());
    counts.put("refusedFull", stats.refusedFull());
    counts.put("refusedLate", stats.refusedLate());
    counts.put("refusedOpen", stats.refusedOpen());
    counts.put("refusedBusy", stats.refusedBusy());
    counts.put("rateLimited", stats.rateLimited());
    counts.put("retries", stats.retries());
    counts.put("fallbacks", stats.fallbacks());
    return node;
  }

  private static ObjectNode thread(ThreadMetrics metrics) {
    ObjectNode node = JSON.objectNode();
    node.put("threadId", metrics.threadId().value());
    node.put("runId", metrics.runId().value());
    node.put("status", lower(metrics.status()));
    node.put("startTime", text(metrics.startTime()));
    if (metrics.endTime() != null) {
      node.put("endTime", text(metrics.endTime()));
    }
    node.put("memoryUsage", metrics.memoryUsage());
    node.put("llmCalls", metrics.llmCalls());
    node.put("toolCalls", metrics.toolCalls());
    ObjectNode usage = node.putObject("usage");
    usage.put("inputTokens", metrics.usage().inputTokens());
    usage.put("outputTokens", metrics.usage().outputTokens());
    usage.put("thinkingTokens", metrics.usage().thinkingTokens());
    ArrayNode errors = node.putArray("errors");
    for (ThreadMetrics.RunError error : metrics.errors()) {
      ObjectNode one = errors.addObject();
      one.put("at", text(error.at()));
      one.put("runId", error.runId().value());
      one.put("code", error.code());
      one.put("message", error.message());
    }
    return node;
  }

  private static ObjectNode alert(Alert alert) {
    ObjectNode node = JSON.objectNode();
    node.put("name", alert.name());
    node.put("raised", alert.raised());
    node.put("value", rounded(alert.value()));
    node.put("threshold", alert.threshold());
    if (alert.since() != null) {
      node.put("since", text(alert.since()));
    }
    return node;
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  private static String text(Instant at) {
    return DateTimeFormatter.ISO_INSTANT.format(at.truncatedTo(ChronoUnit.MILLIS));
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
