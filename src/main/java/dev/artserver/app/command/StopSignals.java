package dev.artserver.app.command;

import java.util.function.IntSupplier;

/// Tells when the process is asked to end.
public interface StopSignals {
  /// Calls `stop` once, on a thread that may block, when the process is to end; its answer becomes
  /// the exit code.
  Watch onStop(IntSupplier stop);

  /// What waits for the signal.
  interface Watch {
    /// The process ends by itself, with its own exit code.
    void end();
  }

  /// SIGTERM and SIGINT. The JVM's own exit code for them says "killed"; an orderly stop is 0.
  static StopSignals ofProcess() {
    return stop -> {
      Thread hook = new Thread(() -> Runtime.getRuntime().halt(stop.getAsInt()), "art-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      return () -> Runtime.getRuntime().removeShutdownHook(hook);
    };
  }
}
