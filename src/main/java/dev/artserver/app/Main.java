package dev.artserver.app;

import dev.artserver.app.command.Commands;
import dev.artserver.app.command.Console;
import dev.artserver.app.command.StopSignals;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.Server;
import java.util.List;

/// Entry point: `serve`, `demo`, `cluster`, `bench`, `config`, `version`, `help`.
public final class Main {
  private Main() {}

  /// Does what the words ask for and exits with 0 (done), 1 (the work failed) or 2 (wrong use or
  /// configuration).
  public static void main(String[] words) {
    Console console = new Console(System.out, System.err);
    Commands commands =
        new Commands(
            Main.class,
            console,
            System.getenv(),
            Logging.ofProcess(),
            Server::new,
            StopSignals.ofProcess());
    System.exit(commands.run(List.of(words)));
  }
}
