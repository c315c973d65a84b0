package dev.artserver.store.postgres;

import org.jspecify.annotations.Nullable;

/// PostgreSQL was asked and gave no answer: a write may have been carried out, or may still be.
final class Unanswered extends RuntimeException {
  Unanswered(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
