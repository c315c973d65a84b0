package dev.artserver.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a thread works: complete, since the server's defaults are filled in when it is set.
///
/// @param agent name of the agent core: `pes` or `react`
/// @param enabledTools tools its agent may call, in the order they were enabled
/// @param historyLimit messages of the conversation a model is shown, 0 to 1,000
public record ThreadConfig(
    ProviderChoice provider,
    String agent,
    List<String> enabledTools,
    int historyLimit,
    @Nullable SystemPrompt systemPrompt,
    Persona persona,
    Execution execution,
    OnBusy onBusy) {
  public ThreadConfig {
    enabledTools = List.copyOf(enabledTools);
  }

  public ThreadConfig withEnabledTools(List<String> tools) {
    return new ThreadConfig(
        provider, agent, tools, historyLimit, systemPrompt, persona, execution, onBusy);
  }
}
