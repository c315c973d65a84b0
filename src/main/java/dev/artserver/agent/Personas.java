package dev.artserver.agent;

import dev.artserver.model.ModelMessage;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.SystemPrompt;
import dev.artserver.model.ThreadConfig;
import org.jspecify.annotations.Nullable;

/// The default persona, and how the system message of a model call is built.
public final class Personas {
  /// Used, part by part, where a thread's persona says nothing.
  public static final Persona DEFAULT =
      new Persona(
          "Vela",
          "You think before you act, and prefer few steps to many.",
          "You work with care, and say plainly what you could not do.",
          "You answer to the point, in the language of the question.");

  private Personas() {}

  /// Name, the persona's words for this phase, and `instructions`; the system prompt of thread or
  /// run goes before or after all of it.
  static ModelMessage system(ThreadConfig config, Phase phase, String instructions) {
    Persona persona = config.persona().over(DEFAULT);
    String voice = voice(persona, phase);
    String ours = "You are " + persona.name() + ". " + voice + "\n\n" + instructions;
    SystemPrompt own = config.systemPrompt();
    if (own == null || own.content().isBlank()) {
      return new ModelMessage.FromSystem(ours);
    }
    return new ModelMessage.FromSystem(
        switch (own.strategy()) {
          case APPEND -> ours + "\n\n" + own.content();
          case PREPEND -> own.content() + "\n\n" + ours;
        });
  }

  private static @Nullable String voice(Persona persona, Phase phase) {
    return switch (phase) {
      case PLANNING -> persona.planning();
      case EXECUTION -> persona.execution();
      case SYNTHESIS -> persona.synthesis();
    };
  }
}
