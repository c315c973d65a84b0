package dev.artserver.wire;

import dev.artserver.model.SealedKey;
import dev.artserver.model.ThreadId;

/// Encrypts a credential that a client sent, before it enters a command.
@FunctionalInterface
public interface KeySealer {
  /// Fails with a `FailureException` of `Invalid` when this server cannot keep keys.
  ///
  /// @param thread the only thread that can use the key
  SealedKey seal(ThreadId thread, String apiKey);
}
