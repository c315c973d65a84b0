package dev.artserver.bench.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/// Options of a JVM, for its children to have the same and for a report to tell.
public record JvmOptions(List<String> all) {
  private static final String CACHE = "-XX:AOTCache=";

  /// What says how fast, how large and how a JVM is.
  private static final List<String> KEPT =
      List.of(
          "-X",
          "-D",
          "--sun-misc-unsafe-memory-access",
          "--enable-native-access",
          "--add-opens",
          "--add-exports",
          "--add-modules");

  /// What two JVMs cannot have: a file or a port of their own.
  private static final List<String> ALONE =
      List.of("-XX:AOTCacheOutput", "-Xrunjdwp", "-Dcom.sun.management.jmxremote.port");

  public JvmOptions {
    all = List.copyOf(all);
  }

  /// Those this process was started with.
  public static JvmOptions ofThisProcess() {
    return new JvmOptions(ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  /// Those a child can have too.
  public List<String> shared() {
    return all.stream().filter(option -> begins(option, KEPT) && !begins(option, ALONE)).toList();
  }

  private static boolean begins(String option, List<String> prefixes) {
    return prefixes.stream().anyMatch(option::startsWith);
  }

  /// The options, and whether the process has an AOT cache in memory: a JVM that refuses one says
  /// nothing and goes on without.
  String told(ProcessFiles process) {
    String cache =
        all.stream()
            .filter(option -> option.startsWith(CACHE))
            .reduce("", (first, last) -> last.substring(CACHE.length()));
    boolean used = !cache.isEmpty() && process.maps(Path.of(cache).toAbsolutePath());
    return String.join(" ", all) + (used ? " (uses the cache)" : " (without a cache)");
  }
}
