package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a thread works: complete, since the server's defaults are filled in when it is set.
///
/// @param agent name of the agent core: `pes` or `react`
/// @param enabledTools tools its agent may call, in the order they were enabled
/// @param historyLimit messages of the conversation a model is shown, 0 to 1,000
/// @param fallbacks where calls go that the provider cannot serve, in order: `provider` or
///   `provider/model`; null: where the provider's own configuration says; empty: nowhere
public record ThreadConfig(
    ProviderChoice provider,
    String agent,
    List<String> enabledTools,
    int historyLimit,
    @Nullable SystemPrompt systemPrompt,
    Persona persona,
    Execution execution,
    OnBusy onBusy,
    @Nullable List<String> fallbacks) {
  public ThreadConfig {
    enabledTools = List.copyOf(enabledTools);
    fallbacks = fallbacks == null ? null : List.copyOf(fallbacks);
  }

  /// With the fallbacks of the provider.
  public ThreadConfig(
      ProviderChoice provider,
      String agent,
      List<String> enabledTools,
      int historyLimit,
      @Nullable SystemPrompt systemPrompt,
      Persona persona,
      Execution execution,
      OnBusy onBusy) {
    this(
        provider,
        agent,
        enabledTools,
        historyLimit,
        systemPrompt,
        persona,
        execution,
        onBusy,
        null);
  }

  public ThreadConfig withProvider(ProviderChoice other) {
    return new ThreadConfig(
        other,
        agent,
        enabledTools,
        historyLimit,
        systemPrompt,
        persona,
        execution,
        onBusy,
        fallbacks);
  }

  public ThreadConfig withEnabledTools(List<String> tools) {
    return new ThreadConfig(
        provider, agent, tools, historyLimit, systemPrompt, persona, execution, onBusy, fallbacks);
  }
}
