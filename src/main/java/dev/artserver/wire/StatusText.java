package dev.artserver.wire;

import dev.artserver.model.ThreadStatus;
import java.util.Locale;

/// The words of `ThreadStatus` in databases.
public final class StatusText {
  private StatusText() {}

  public static String of(ThreadStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  /// A word of a newer release is taken as busy: such a thread must be listed too.
  public static ThreadStatus read(String text) {
    for (ThreadStatus status : ThreadStatus.values()) {
      if (of(status).equals(text)) {
        return status;
      }
    }
    return ThreadStatus.RUNNING;
  }
}
