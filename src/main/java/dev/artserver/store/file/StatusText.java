package dev.artserver.store.file;

import dev.artserver.model.ThreadStatus;
import java.util.Locale;

/// The words of `ThreadStatus` in the database.
final class StatusText {
  private StatusText() {}

  static String of(ThreadStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  static ThreadStatus read(String text) {
    return ThreadStatus.valueOf(text.toUpperCase(Locale.ROOT));
  }
}
