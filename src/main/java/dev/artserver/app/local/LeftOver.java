package dev.artserver.app.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service that still runs although the process that started it was killed.
final class LeftOver {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOver.class);
  private static final Duration END_MAX = Duration.ofSeconds(10);

  private LeftOver() {}

  /// Ends the process whose id stands in the first line of a file, when it runs that program: after
  /// a restart of the machine the id may be another's. Throws `IOException` when it does not end.
  ///
  /// @param signals to be sent until it has ended
  static void end(Path pidFile, String program, List<String> signals) throws IOException {
    Optional<ProcessHandle> found = find(pidFile, program);
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle process = found.get();
    LOG.atWarn().addKeyValue("pid", process.pid()).log("a service of an earlier run is stopped");
    if (!Signals.end(process, END_MAX, signals)) {
      throw new IOException(program + " with the id " + process.pid() + " cannot be ended");
    }
  }

  private static Optional<ProcessHandle> find(Path pidFile, String program) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(pidFile);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
    return lines.stream()
        .limit(1)
        .map(String::strip)
        .filter(line -> line.matches("\\d{1,18}"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .filter(process -> runs(process, program))
        .findFirst();
  }

  private static boolean runs(ProcessHandle process, String program) {
    return process
        .info()
        .command()
        .map(command -> Path.of(command).getFileName().toString())
        .filter(name -> name.startsWith(program))
        .isPresent();
  }
}
