package dev.artserver.app;

import dev.artserver.app.logging.Logging;
import java.util.List;

/// Entry point: `serve`, `demo`, `bench`, `config`, `version`, `help`.
public final class Main {
  private Main() {}

  /// Does what the words ask for and exits with 0 (done), 1 (the work failed) or 2 (wrong use or
  /// configuration).
  public static void main(String[] words) {
    Console console = new Console(System.out, System.err);
    Commands commands =
        new Commands(
            console, System.getenv(), Logging.ofProcess(), Server::new, StopSignals.ofProcess());
    System.exit(commands.run(List.of(words)));
  }
}
