package dev.artserver.model;

import org.jspecify.annotations.Nullable;

/// The agent's character. Each part falls back separately: run, thread, server.
public record Persona(
    @Nullable String name,
    @Nullable String planning,
    @Nullable String execution,
    @Nullable String synthesis) {
  public static final Persona NONE = new Persona(null, null, null, null);

  /// This persona, with `below` where it says nothing.
  public Persona over(Persona below) {
    return new Persona(
        name != null ? name : below.name,
        planning != null ? planning : below.planning,
        execution != null ? execution : below.execution,
        synthesis != null ? synthesis : below.synthesis);
  }
}
