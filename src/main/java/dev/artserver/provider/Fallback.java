package dev.artserver.provider;

import static dev.artserver.model.Checks.require;

import org.jspecify.annotations.Nullable;

/// Where a call goes when its provider cannot serve it.
///
/// @param model the name there of the model to use; null: the same name
public record Fallback(String provider, @Nullable String model) {
  /// Reads `provider` or `provider/model`; a model's name may hold slashes itself.
  public static Fallback parse(String written) {
    int slash = written.indexOf('/');
    require(
        slash != 0 && !written.isBlank() && slash != written.length() - 1,
        "fallbacks must be like provider or provider/model, got '" + written + "'");
    return slash < 0
        ? new Fallback(written, null)
        : new Fallback(written.substring(0, slash), written.substring(slash + 1));
  }
}
