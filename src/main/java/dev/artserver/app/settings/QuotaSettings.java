package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Setting;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.FaultKind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The part of a provider's settings that says how much it is called, and what happens when it
/// fails.
final class QuotaSettings {
  private QuotaSettings() {}

  /// What a provider allows in a minute.
  public record Rate(
      @Setting(about = "tries in any minute; 0: no limit", is = "0", min = "0", max = "1000000000")
          long requestsPerMinute,
      @Setting(
              about = "tokens of requests and answers in any minute; 0: no limit",
              is = "0",
              min = "0",
              max = "1000000000000")
          long tokensPerMinute,
      @Setting(
              about = "tokens reserved for an answer whose request sets no maxTokens",
              is = "1000",
              min = "0",
              max = "10000000")
          int tokensPerAnswer) {}

  /// Tries after one that failed.
  public record Retry(
      @Setting(about = "tries after the first; 0: none", is = "2", min = "0", max = "100") int max,
      @Setting(
              about = "longest random pause before the first retry; it doubles with each retry",
              is = "500ms",
              min = "1ms",
              max = "10m")
          Duration firstDelay,
      @Setting(about = "longest random pause before any retry", is = "20s", min = "1ms", max = "1h")
          Duration delayMax,
      @Setting(
              about = "no try begins later than this after the first",
              is = "60s",
              min = "0s",
              max = "24h")
          Duration timeMax) {
    public Retry {
      require(
          firstDelay.compareTo(delayMax) <= 0,
          "firstDelay must not be longer than delayMax ("
              + delayMax.toMillis()
              + "ms), got "
              + firstDelay.toMillis()
              + "ms");
    }
  }

  /// When a provider that fails is left alone.
  public record Breaker(
      @Setting(about = "whether there is one", is = "true") boolean enabled,
      @Setting(about = "failures in a row that open it", is = "5", min = "1", max = "1000000")
          int failureThreshold,
      @Setting(
              about = "probes that must succeed to close it again",
              is = "2",
              min = "1",
              max = "1000")
          int successThreshold,
      @Setting(
              about = "how long it stays open before probes go",
              is = "60s",
              min = "1ms",
              max = "24h")
          Duration timeout,
      @Setting(about = "probes while it is half open", is = "3", min = "1", max = "1000")
          int halfOpenMaxCalls,
      @Setting(
              about =
                  "what counts as a failure: server-error (5xx), timeout, connection, rate-limit"
                      + " (429 and 529)",
              is = "server-error, timeout, connection")
          List<String> counts,
      @Setting(
              about =
                  "a call while it is open fails, waits in line, or goes to the fallbacks (fails"
                      + " without any)",
              is = "fallback")
          BreakerConfig.OnOpen onOpen) {
    public Breaker {
      counts = List.copyOf(counts);
      require(
          successThreshold <= halfOpenMaxCalls,
          "successThreshold must not be more than halfOpenMaxCalls ("
              + halfOpenMaxCalls
              + "), got "
              + successThreshold);
      for (String kind : counts) {
        require(
            KINDS.containsKey(kind),
            "counts must be of " + String.join(", ", names()) + ", got " + kind);
      }
    }

    /// What the words of `counts` mean.
    Set<FaultKind> kinds() {
      return counts.stream()
          .map(word -> Objects.requireNonNull(KINDS.get(word)))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  private static final Map<String, FaultKind> KINDS =
      Stream.of(FaultKind.values())
          .filter(kind -> kind != FaultKind.NONE)
          .collect(Collectors.toUnmodifiableMap(QuotaSettings::word, Function.identity()));

  private static String word(FaultKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> names() {
    return KINDS.keySet().stream().sorted().toList();
  }

  /// Limits of each API key.
  public record Key(
      @Setting(
              about = "keys of threads in use or remembered at once",
              is = "1000",
              min = "1",
              max = "1000000")
          int max,
      @Setting(
              about = "calls at once; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "100000")
          int parallelMax,
      @Setting(
              about = "tries in any minute; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "1000000000")
          long requestsPerMinute,
      @Setting(
              about = "tokens in any minute; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "1000000000000")
          long tokensPerMinute) {}

  /// Limits of one model.
  public record Model(
      @Setting(about = "the provider's name of it", example = "gpt-4o-mini") Optional<String> model,
      @Setting(
              about = "calls at once; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "100000")
          int parallelMax,
      @Setting(
              about = "tries in any minute; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "1000000000")
          long requestsPerMinute,
      @Setting(
              about = "tokens in any minute; 0: no limit but the provider's",
              is = "0",
              min = "0",
              max = "1000000000000")
          long tokensPerMinute) {
    public Model {
      require(model.isPresent(), "model must be given, got nothing");
    }
  }
}
