package dev.artserver.wire;

import dev.artserver.model.SealedKey;

/// Makes a credential a client sent fit to be kept.
@FunctionalInterface
public interface KeySealer {
  /// Fails with a `FailureException` of `Invalid` when it cannot be kept here.
  ///
  /// @param provider the provider it is for, by name
  SealedKey seal(String provider, String apiKey);
}
