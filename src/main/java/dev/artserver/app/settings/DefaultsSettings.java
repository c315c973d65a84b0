package dev.artserver.app.settings;

import dev.artserver.app.config.Section;
import dev.artserver.app.config.Setting;
import dev.artserver.model.OnBusy;
import dev.artserver.model.SystemPrompt;
import java.util.List;
import java.util.Optional;

/// A new thread's configuration.
public record DefaultsSettings(
    @Setting(about = "which of the providers", is = "demo") String provider,
    @Setting(about = "the provider's name of the model", is = "demo-1") String model,
    @Setting(about = "how the agent works: pes (plan, execute, synthesise) or react", is = "pes")
        String agent,
    @Setting(about = "tools the agent may call", is = "calculator") List<String> enabledTools,
    @Setting(
            about = "messages of the conversation a model is shown",
            is = "20",
            min = "0",
            max = "1000")
        int historyLimit,
    @Setting(about = "what a new run does when its thread has one", is = "enqueue") OnBusy onBusy,
    @Section(about = "bounds of the agent's loops") Execution execution,
    @Section(about = "who the agent is") Persona persona,
    @Section(about = "words added to the agent's instructions") Prompt systemPrompt) {
  public DefaultsSettings {
    enabledTools = List.copyOf(enabledTools);
  }

  /// Bounds of an agent's loops, by their names on the wire.
  public record Execution(
      @Setting(about = "model calls for one item of a plan", is = "5", min = "1", max = "100")
          int maxIterations,
      @Setting(about = "items of a plan", is = "50", min = "1", max = "1000") int maxItems,
      @Setting(
              about = "characters of a tool's result a model is shown",
              is = "60000",
              min = "100",
              max = "1000000")
          int toolResultMaxLength) {}

  /// Who the agent is; each part may stay open.
  public record Persona(
      @Setting(about = "what the agent is called", example = "Ada") Optional<String> name,
      @Setting(about = "how it plans", example = "Plan in small steps.") Optional<String> planning,
      @Setting(about = "how it carries out a step", example = "Check every number.")
          Optional<String> execution,
      @Setting(about = "how it words its answer", example = "Answer in one sentence.")
          Optional<String> synthesis) {}

  /// Words of the operator's own.
  public record Prompt(
      @Setting(about = "the words", example = "Never promise a delivery date.")
          Optional<String> content,
      @Setting(about = "where they go", is = "append") SystemPrompt.Strategy strategy) {}
}
