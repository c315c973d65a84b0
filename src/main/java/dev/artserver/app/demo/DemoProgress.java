package dev.artserver.app.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the demo's runs are doing, on one line that is written anew: in place on a terminal, now
/// and then elsewhere. Used on one event loop.
public final class DemoProgress {
  private static final long TERMINAL_EVERY_NS = 100_000_000;
  private static final long ELSEWHERE_EVERY_NS = 1_000_000_000;
  private static final int BAR = 24;

  private final PrintStream out;
  private final int threads;
  private final boolean terminal = onTerminal();
  private int running;
  private int peak;
  private int ended;
  private long tokens;
  private long saidAt;

  public DemoProgress(PrintStream out, int threads) {
    this.out = out;
    this.threads = threads;
    saidAt = System.nanoTime();
  }

  void onStarted() {
    running++;
    peak = Math.max(peak, running);
    sayNowAndThen();
  }

  void onTokens(long more) {
    tokens += more;
    sayNowAndThen();
  }

  /// @param wasRunning false for one that ended before it started
  void onEnded(boolean wasRunning) {
    if (wasRunning) {
      running--;
    }
    ended++;
    if (ended == threads) {
      say();
      if (terminal) {
        out.println();
      }
    } else {
      sayNowAndThen();
    }
  }

  /// The most runs under way at one moment.
  int peak() {
    return peak;
  }

  private void sayNowAndThen() {
    long now = System.nanoTime();
    if (now - saidAt >= (terminal ? TERMINAL_EVERY_NS : ELSEWHERE_EVERY_NS)) {
      saidAt = now;
      say();
    }
  }

  private void say() {
    int full = BAR * ended / Math.max(1, threads);
    String line =
        String.format(
            Locale.ROOT,
            "  [%s%s] %d of %d done, %d running, %,d tokens",
            "#".repeat(full),
            ".".repeat(BAR - full),
            ended,
            threads,
            running,
            tokens);
    if (terminal) {
      out.print("\r" + line + "\u001b[K");
      out.flush();
    } else {
      out.println(line);
    }
  }

  @SuppressWarnings("SystemConsoleNull") // it still is where there is no console provider
  private static boolean onTerminal() {
    @Nullable Console console = System.console();
    return console != null && console.isTerminal();
  }
}
