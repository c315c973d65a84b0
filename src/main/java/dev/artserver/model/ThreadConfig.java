package dev.artserver.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a thread works: complete, since the server's defaults are filled in when it is set.
///
/// @param agent name of the agent core: `pes` or `react`
/// @param enabledTools tools its agent may call, in the order they were enabled
/// @param historyLimit messages of the conversation a model is shown, 0 to 1,000
/// @param fallbacks where calls go that the provider cannot serve, in order: `provider` or
///   `provider/model`; null: where the provider's own configuration says; empty: nowhere
/// @param approvals by tool, whether it asks people first; other tools do as they are defined
/// @param clientTools tools that the client runs
public record ThreadConfig(
    ProviderChoice provider,
    String agent,
    List<String> enabledTools,
    int historyLimit,
    @Nullable SystemPrompt systemPrompt,
    Persona persona,
    Execution execution,
    OnBusy onBusy,
    @Nullable List<String> fallbacks,
    Map<String, ApprovalRule> approvals,
    List<ClientTool> clientTools) {
  public ThreadConfig {
    enabledTools = List.copyOf(enabledTools);
    fallbacks = fallbacks == null ? null : List.copyOf(fallbacks);
    approvals = Map.copyOf(approvals);
    clientTools = List.copyOf(clientTools);
  }

  /// Every tool does as it is defined, and the client runs none.
  public ThreadConfig(
      ProviderChoice provider,
      String agent,
      List<String> enabledTools,
      int historyLimit,
      @Nullable SystemPrompt systemPrompt,
      Persona persona,
      Execution execution,
      OnBusy onBusy,
      @Nullable List<String> fallbacks) {
    this(
        provider,
        agent,
        enabledTools,
        historyLimit,
        systemPrompt,
        persona,
        execution,
        onBusy,
        fallbacks,
        Map.of(),
        List.of());
  }

  /// The tool of this name that the client runs; null: none.
  public @Nullable ClientTool clientTool(String name) {
    for (ClientTool tool : clientTools) {
      if (tool.name().equals(name)) {
        return tool;
      }
    }
    return null;
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
        fallbacks,
        approvals,
        clientTools);
  }

  public ThreadConfig withEnabledTools(List<String> tools) {
    return new ThreadConfig(
        provider,
        agent,
        tools,
        historyLimit,
        systemPrompt,
        persona,
        execution,
        onBusy,
        fallbacks,
        approvals,
        clientTools);
  }
}
