package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// What one run does differently from its thread's configuration; null: as the thread.
///
/// @param provider its key is the thread's if that has one for the same provider
/// @param llmParams parameters added to the provider's options for this run's calls
public record RunOptions(
    @Nullable ProviderChoice provider,
    @Nullable SystemPrompt systemPrompt,
    @Nullable Persona persona,
    @Nullable ExecutionOptions execution,
    @Nullable ObjectNode llmParams) {
  public static final RunOptions NONE = new RunOptions(null, null, null, null, null);

  /// The same options with every bound of the agent's loops, when there is any: what is missing is
  /// as in `thread`.
  public RunOptions withAllBounds(Execution thread) {
    return execution == null
        ? this
        : new RunOptions(
            provider,
            systemPrompt,
            persona,
            ExecutionOptions.of(execution.over(thread)),
            llmParams);
  }

  /// The configuration this run works with.
  public ThreadConfig over(ThreadConfig thread) {
    ProviderChoice chosen =
        provider != null ? provider.withKeyOf(thread.provider()) : thread.provider();
    if (llmParams != null && !llmParams.isEmpty()) {
      ObjectNode options = chosen.options().deepCopy();
      options.setAll(llmParams);
      chosen = new ProviderChoice(chosen.name(), chosen.model(), options, chosen.apiKey());
    }
    return new ThreadConfig(
        chosen,
        thread.agent(),
        thread.enabledTools(),
        thread.historyLimit(),
        systemPrompt != null ? systemPrompt : thread.systemPrompt(),
        persona != null ? persona.over(thread.persona()) : thread.persona(),
        execution != null ? execution.over(thread.execution()) : thread.execution(),
        thread.onBusy(),
        thread.fallbacks(),
        thread.approvals(),
        thread.clientTools());
  }
}
