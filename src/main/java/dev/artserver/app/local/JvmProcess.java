package dev.artserver.app.local;

import dev.artserver.bench.process.ChildMain;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A JVM with the class path of this one. It ends in order when its input ends, so also when this
/// process is killed.
///
/// @param options of the JVM
/// @param more class path behind that of this process; may be empty
/// @param mainClass what it starts
/// @param words the words of the main class
/// @param environment all of its variables
record JvmProcess(
    List<String> options,
    String more,
    String mainClass,
    List<String> words,
    Map<String, String> environment) {

  /// Makes what starts it. Its streams are still to be said.
  ProcessBuilder builder() {
    List<String> command = new ArrayList<>();
    if (hasSetsid()) {
      // A terminal sends Ctrl-C to all processes of its group. These are stopped one after the
      // other instead.
      command.add("setsid");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    String own = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", more.isEmpty() ? own : own + File.pathSeparator + more));
    command.addAll(List.of(ChildMain.class.getName(), mainClass));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static boolean hasSetsid() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(directory -> Path.of(directory, "setsid"))
        .anyMatch(Files::isExecutable);
  }
}
