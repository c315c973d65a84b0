package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Section;
import dev.artserver.app.config.Setting;
import dev.artserver.provider.Fallback;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One model service with one set of credentials.
public record ProviderSettings(
    @Setting(about = "what protocol it speaks; demo is built in and needs no key", is = "demo")
        Kind kind,
    @Setting(
            about = "where its API is; every kind but openai knows",
            example = "https://api.openai.com/v1")
        Optional<URI> baseUrl,
    @Setting(about = "its credential, always a reference", example = "${env:OPENAI_API_KEY}")
        Optional<Secret> apiKey,
    @Setting(about = "calls at once", is = "5", min = "1", max = "100000") int parallelMax,
    @Setting(about = "calls that may wait for their turn", is = "1000", min = "0", max = "1000000")
        int waitingMax,
    @Setting(about = "how long a call may wait for its turn", is = "30s", min = "1ms", max = "24h")
        Duration waitMax,
    @Setting(
            about =
                "what its limits hold for: each instance, or all instances of a cluster together",
            is = "instance")
        Scope scope,
    @Setting(
            about = "how long an unused connection, and the client of an unused key, is kept",
            is = "300s",
            min = "1s",
            max = "24h")
        Duration idleTimeout,
    @Setting(about = "how long connecting may take", is = "10s", min = "1ms", max = "10m")
        Duration connectTimeout,
    @Setting(
            about = "how long the first part of an answer may take",
            is = "60s",
            min = "1ms",
            max = "1h")
        Duration firstTokenTimeout,
    @Setting(about = "how long an answer may pause", is = "30s", min = "1ms", max = "1h")
        Duration betweenTokensTimeout,
    @Setting(about = "how long a call may take in all", is = "5m", min = "1ms", max = "24h")
        Duration callTimeout,
    @Setting(
            about = "demo only: pause between two words of an answer",
            is = "20ms",
            min = "0ms",
            max = "1m")
        Duration tokenDelay,
    @Setting(
            about = "anthropic only: whether the service caches the common beginning of requests",
            is = "true")
        boolean promptCaching,
    @Setting(
            about =
                "whether it runs on a machine of yours: one call at a time over all local"
                    + " providers",
            is = "false")
        boolean local,
    @Setting(about = "what a call of a local provider does when one is under way", is = "wait")
        WhenBusy whenBusy,
    @Setting(
            about = "where calls go that it cannot serve, in order: provider or provider/model",
            example = "[other/model-1, another]")
        List<String> fallbacks,
    @Section(about = "what it allows in a minute; docs/quotas.md says how it is counted")
        QuotaSettings.Rate rate,
    @Section(about = "tries after one that failed") QuotaSettings.Retry retry,
    @Section(about = "when it failed so often that it is left alone") QuotaSettings.Breaker breaker,
    @Section(
            about =
                "limits of single models, each under a name of your choice: model, parallelMax,"
                    + " requestsPerMinute, tokensPerMinute")
        Map<String, QuotaSettings.Model> models,
    @Section(about = "limits of each API key it is called with, its own and those of threads")
        QuotaSettings.Key perKey) {
  public ProviderSettings {
    fallbacks = List.copyOf(fallbacks);
    fallbacks.forEach(Fallback::parse);
    models = Map.copyOf(models);
    require(
        kind != Kind.OPENAI || baseUrl.isPresent(),
        "baseUrl must be given for kind openai, got nothing");
    require(
        !local || models.isEmpty(),
        "models must be empty for a local provider, got " + models.size());
    require(
        !local || scope == Scope.INSTANCE,
        "scope must be instance for a local provider, got cluster");
  }

  /// Whether it cannot be called but with a key that a thread brings. At an address of their own a
  /// proxy may add the key.
  public boolean lacksKey() {
    return kind.keyNeeded && baseUrl.isEmpty() && apiKey.isEmpty();
  }

  /// What a provider's limits hold for.
  public enum Scope {
    INSTANCE,
    CLUSTER
  }

  /// What a call of a local provider does when another is under way.
  public enum WhenBusy {
    WAIT,
    REFUSE
  }

  /// Model services by what they speak.
  public enum Kind {
    /// The deterministic model inside the server.
    DEMO(false),
    /// OpenAI's chat completions, which many servers speak.
    OPENAI(false),
    /// OpenAI's newer protocol.
    RESPONSES(true),
    /// Anthropic's messages.
    ANTHROPIC(true),
    /// Google's Gemini API.
    GEMINI(true),
    /// A local model server, in its own words.
    OLLAMA(false),
    /// OpenAI's chat completions as OpenRouter speaks them.
    OPENROUTER(true),
    /// OpenAI's chat completions as DeepSeek speaks them.
    DEEPSEEK(true),
    /// OpenAI's chat completions as Groq speaks them.
    GROQ(true);

    private final boolean keyNeeded;

    Kind(boolean keyNeeded) {
      this.keyNeeded = keyNeeded;
    }

    /// As it is written in a file.
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
