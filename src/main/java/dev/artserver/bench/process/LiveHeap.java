package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes of a JVM's heap that are reachable, found with a full collection, which stops it.
public final class LiveHeap {
  private LiveHeap() {}

  /// Throws `IllegalStateException` when the process does not answer.
  public static long bytes(Child child) {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(child.pid()),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      return total(new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
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
