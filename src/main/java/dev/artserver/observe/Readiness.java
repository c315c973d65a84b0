package dev.artserver.observe;

import dev.artserver.model.FailureException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The outcome of all health checks.
///
/// @param faults the fault of each check; null when it passed
record Readiness(Health.Stage stage, Map<String, @Nullable String> faults) {
  /// Runs all checks, each for at most `checkMax`. The future never fails.
  static Future<Readiness> of(Health health, Duration checkMax) {
    Health.Stage stage = health.stage();
    List<HealthCheck> checks = health.checks();
    List<Future<@Nullable String>> faults =
        checks.stream().map(check -> fault(check, checkMax)).toList();
    return Future.join(faults)
        .map(all -> {
          Map<String, @Nullable String> named = new LinkedHashMap<>();
          for (int i = 0; i < checks.size(); i++) {
            named.put(checks.get(i).name(), faults.get(i).result());
          }
          return new Readiness(stage, named);
        });
  }

  private static Future<@Nullable String> fault(HealthCheck check, Duration checkMax) {
    Future<?> outcome;
    try {
      outcome = check.check().get();
    } catch (RuntimeException bug) {
      outcome = Future.failedFuture(bug);
    }
    return outcome
        .timeout(checkMax.toMillis(), TimeUnit.MILLISECONDS)
        .transform(ended -> Future.succeededFuture(ended.failed() ? words(ended.cause()) : null));
  }

  private static String words(Throwable cause) {
    return switch (cause) {
      case FailureException known -> known.failure().message();
      case TimeoutException late -> "took too long";
      default -> cause.getClass().getSimpleName();
    };
  }

  boolean ready() {
    return stage == Health.Stage.SERVING
        && faults.values().stream().allMatch(fault -> fault == null);
  }

  JsonObject json() {
    JsonObject checks =
        new JsonObject()
            .put(
                "server",
                check(
                    stage == Health.Stage.SERVING ? null : stage.name().toLowerCase(Locale.ROOT)));
    faults.forEach((name, fault) -> checks.put(name, check(fault)));
    return new JsonObject().put("status", ready() ? "ready" : "not ready").put("checks", checks);
  }

  private static JsonObject check(@Nullable String fault) {
    JsonObject check = new JsonObject().put("status", fault == null ? "ok" : "failing");
    return fault == null ? check : check.put("detail", fault);
  }
}
