package dev.artserver.app.command;

import ch.qos.logback.classic.LoggerContext;
import dev.artserver.app.logging.Logging;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A command line that starts no server, and what it said.
final class RunCommand {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /// Gives the exit code.
  int run(Map<String, String> environment, String... words) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Commands(
            RunCommand.class,
            console,
            environment,
            new Logging(new LoggerContext()),
            _ -> new FakeServer(),
            _ -> () -> {})
        .run(List.of(words));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
