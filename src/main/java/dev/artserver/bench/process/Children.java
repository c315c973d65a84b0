package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts processes with the class path and the JVM's options of this one, and ends them all: with
/// `close`, when this process is told to stop, and by their own doing when it is killed. To be used
/// by one thread, but for `close`.
public final class Children implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final int POLL_MS = 50;

  private final String mainClass;
  private final List<String> jvmOptions;
  private final Path directory;
  private final Map<String, String> started = new LinkedHashMap<>();
  private final Queue<Child> running = new ConcurrentLinkedQueue<>();
  private final Thread hook = new Thread(this::end, "bench-stop");

  /// Where a process is asked how it is.
  ///
  /// @param path answers at once while the process lives
  /// @param readyPath answers 200 when it takes work
  public record Health(String path, String readyPath) {}

  /// @param mainClass what each of them starts with its words
  /// @param jvmOptions of each, behind those of this one
  public Children(String mainClass, List<String> jvmOptions) {
    this.mainClass = mainClass;
    this.jvmOptions = List.copyOf(jvmOptions);
    try {
      directory = Files.createTempDirectory("art-bench");
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// A new empty directory, gone with `close`.
  public Path newDirectory(String name) {
    try {
      return Files.createTempDirectory(directory, name);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /// Starts one and waits until it is ready. Throws `IllegalStateException` with its last words
  /// when it is not within 90 s.
  ///
  /// @param options of its JVM, behind those of all
  /// @param words what it is to do; `{port}` and `{management}` become free ports
  public Child start(String name, List<String> options, List<String> words, Health health) {
    int port = freePort();
    boolean managed = words.contains("{management}");
    int managementPort = managed ? freePort() : port;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    JvmOptions jvm = jvm(options);
    command.addAll(jvm.all());
    // One that is killed leaves what it unpacked.
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ChildMain.class.getName(), mainClass));
    for (String word : words) {
      command.add(
          word.replace("{port}", Integer.toString(port))
              .replace("{management}", Integer.toString(managementPort)));
    }
    Child child = launch(name, command, port, managementPort, health.path());
    running.add(child);
    awaitReady(child, health.readyPath());
    started.put(name, jvm.told(child.files()));
    return child;
  }

  private JvmOptions jvm(List<String> more) {
    List<String> all = new ArrayList<>(JvmOptions.ofThisProcess().shared());
    all.addAll(jvmOptions);
    all.addAll(more);
    return new JvmOptions(all);
  }

  /// The JVM's options of each process so far and whether it uses the AOT cache, by its name; of
  /// this one too, the driver.
  public Map<String, String> options() {
    Map<String, String> all = new LinkedHashMap<>(started);
    all.put(
        "driver", JvmOptions.ofThisProcess().told(ProcessFiles.of(ProcessHandle.current().pid())));
    return all;
  }

  private Child launch(
      String name, List<String> command, int port, int managementPort, String healthPath) {
    try {
      Path log = Files.createTempFile(directory, name, ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Child(name, process, port, managementPort, healthPath, log);
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private static void awaitReady(Child child, String path) {
    long until = System.nanoTime() + START_MAX.toNanos();
    while (System.nanoTime() < until && child.process().isAlive()) {
      if (OneCall.succeeds(child.healthPort(), path)) {
        return;
      }
      try {
        child.process().waitFor(POLL_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + child.name() + " started", stopped);
      }
    }
    throw new IllegalStateException(child.name() + " did not start: " + child.lastWords());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  /// Ends one that is no longer needed.
  public void stop(Child child) {
    running.remove(child);
    child.close();
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // The hook runs already, and does what this would have made it unneeded for.
      return;
    }
  }

  private void end() {
    for (Child next = running.poll(); next != null; next = running.poll()) {
      next.close();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException left) {
      // A few files in the temporary directory are no reason to fail a measurement.
      return;
    }
  }
}
