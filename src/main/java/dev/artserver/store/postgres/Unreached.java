package dev.artserver.store.postgres;

import org.jspecify.annotations.Nullable;

/// PostgreSQL was not asked, or its transaction was given up before it was told to commit: nothing
/// was written.
final class Unreached extends RuntimeException {
  Unreached(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
