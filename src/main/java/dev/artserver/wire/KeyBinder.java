package dev.artserver.wire;

import dev.artserver.model.SealedKey;

/// Makes a key that was sealed at the door the key of one provider. The door does not know the
/// provider: it may stand in the configuration that the thread has.
@FunctionalInterface
public interface KeyBinder {
  /// Fails with a `FailureException` of `Invalid` when the key cannot be read here.
  ///
  /// @param provider the name of the provider it is for
  SealedKey bind(String provider, SealedKey key);
}
