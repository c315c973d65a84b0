package dev.artserver.app.command;

import java.io.PrintStream;
import java.util.List;

/// What a person at a terminal reads.
public record Console(PrintStream out, PrintStream err) {
  /// The exit code of work done.
  public static final int DONE = 0;

  /// The exit code of work that failed.
  public static final int FAILED = 1;

  /// The exit code of wrong use and of a configuration that cannot be used.
  public static final int WRONG_USE = 2;

  public void say(String line) {
    out.println(line);
  }

  /// Writes the reasons, one line each, and gives back the exit code.
  public int refuse(int exitCode, List<String> reasons) {
    reasons.forEach(reason -> err.println("art: " + reason.replaceAll("\\s+", " ")));
    return exitCode;
  }
}
