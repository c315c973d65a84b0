package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Which model a thread talks to.
///
/// @param name a provider of the server's configuration
/// @param model the provider's own name of the model
/// @param options parameters for the provider (temperature, maxTokens, topP, stop, seed, …), never
///   credentials
/// @param apiKey the thread's own credential, for that provider alone; null: the server's
public record ProviderChoice(
    String name, String model, ObjectNode options, @Nullable SealedKey apiKey) {
  /// With the server's credential.
  public ProviderChoice(String name, String model, ObjectNode options) {
    this(name, model, options, null);
  }

  /// The same with the credential of `other`, if `other` names the same provider.
  ProviderChoice withKeyOf(ProviderChoice other) {
    return name.equals(other.name) ? new ProviderChoice(name, model, options, other.apiKey) : this;
  }
}
