package dev.artserver.app.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Signals to processes, which Java has only two of.
final class Signals {
  private static final Duration SENT_MAX = Duration.ofSeconds(10);

  private Signals() {}

  /// Sends one, such as `STOP`. Does nothing when there is no such process.
  static void send(long pid, String signal) {
    ProcessBuilder kill =
        new ProcessBuilder("sh", "-c", "kill -\"$1\" \"$2\"", "sh", signal, Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      if (!kill.start().waitFor(SENT_MAX)) {
        throw new IllegalStateException("kill -" + signal + " did not end within " + SENT_MAX);
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends one signal after the other until the process has ended, and gives each some time.
  /// Returns whether it ended.
  static boolean end(ProcessHandle process, Duration each, List<String> signals) {
    for (String signal : signals) {
      send(process.pid(), signal);
      if (endsWithin(process, each)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWithin(ProcessHandle process, Duration most) {
    try {
      process.onExit().get(most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return isGone(process);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  static boolean endsWithin(Process child, Duration most) {
    try {
      return child.waitFor(most);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Also true for a process that only waits for somebody to ask for its exit code.
  static boolean isGone(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }
}
