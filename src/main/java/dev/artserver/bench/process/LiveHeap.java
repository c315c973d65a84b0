package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes of a JVM's heap that are reachable, found with a full collection, which stops it.
public final class LiveHeap {
  /// A collection of all of a large heap on a slow machine.
  private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

  private LiveHeap() {}

  /// Throws `IllegalStateException` when the process does not answer within a minute.
  public static long bytes(Child child) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return total(
        output(List.of(jcmd, Long.toString(child.pid()), "GC.class_histogram"), ANSWER_MAX));
  }

  /// What a command writes. Throws `IllegalStateException` when it does not end in time, and ends
  /// it.
  static String output(List<String> command, Duration max) {
    try {
      Path written = Files.createTempFile("art-bench", ".out");
      try {
        run(
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(written.toFile()),
            max);
        return Files.readString(written);
      } finally {
        Files.delete(written);
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static void run(ProcessBuilder command, Duration max) throws IOException {
    Process process = command.start();
    try {
      if (!process.waitFor(max)) {
        throw new IllegalStateException(command.command() + " did not end within " + max);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command.command() + " ran", stopped);
    } finally {
      process.destroyForcibly();
    }
  }

  /// Reads the last line of a class histogram: `Total <instances> <bytes>`.
  static long total(String histogram) {
    Matcher found = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$").matcher(histogram);
    if (!found.find()) {
      throw new IllegalStateException("jcmd gave no histogram: " + histogram.lines().findFirst());
    }
    return Long.parseLong(found.group(1));
  }
}
