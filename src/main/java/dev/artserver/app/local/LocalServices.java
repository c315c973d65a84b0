package dev.artserver.app.local;

import dev.artserver.app.server.StartException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// PostgreSQL and Redis of a local cluster, in a process of their own.
final class LocalServices implements AutoCloseable {
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final Duration SIGNAL_MAX = Duration.ofSeconds(10);

  /// The libraries that bring the two are not among those of a server.
  private static final String LIBRARIES = "lib-local";

  private static final String LIBRARY_CLASS = "redis.embedded.RedisServer";

  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final Path log;

  /// Ids of processes by the service's name.
  private final Map<String, Long> pids = new ConcurrentHashMap<>();

  private LocalServices(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Begins to start them; `await` waits for it. Throws `StartException` when this program has no
  /// such services.
  ///
  /// @param ports by the service's name
  static LocalServices launch(
      Path directory, Map<String, Integer> ports, Map<String, String> environment) {
    List<String> words = new ArrayList<>(List.of(directory.toString()));
    ports.forEach((name, port) -> words.add(name + "=" + port));
    JvmProcess jvm =
        new JvmProcess(JVM_OPTIONS, libraries(), ServicesMain.class.getName(), words, environment);
    Path log = directory.resolve("services.log");
    return new LocalServices(JvmProcess.start(jvm.builder().redirectError(log.toFile())), log);
  }

  /// Waits until all serve. The process itself has a limit for each of them. Throws
  /// `StartException`.
  void await() {
    try {
      String line = process.inputReader().readLine();
      while (line != null && !line.equals(ServicesMain.STARTED)) {
        String[] service = line.split(" ", 2);
        pids.put(service[0], Long.valueOf(service[1]));
        line = process.inputReader().readLine();
      }
      if (line == null) {
        throw new StartException("cluster: its own services did not start; see " + log);
      }
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /// Ends all of them, by force those that do not go.
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // It has ended already.
      process.destroy();
    }
    if (!Signals.endsWithin(process, STOP_MAX)) {
      process.destroyForcibly();
    }
    // They outlive their process when that was killed.
    end(LocalRedis.NAME, List.of("TERM", "KILL"));
    end(LocalPostgres.NAME, List.of("INT", "QUIT", "KILL"));
  }

  private void end(String name, List<String> signals) {
    Long pid = pids.get(name);
    if (pid != null) {
      ProcessHandle.of(pid)
          .filter(service -> !Signals.isGone(service))
          .ifPresent(service -> Signals.end(service, SIGNAL_MAX, signals));
    }
  }

  /// Where the libraries are: beside the jar, or on the class path already.
  private static String libraries() {
    Path beside = programPlace().resolveSibling(LIBRARIES);
    if (Files.isDirectory(beside)) {
      return beside + File.separator + "*";
    }
    try {
      Class.forName(LIBRARY_CLASS, false, LocalServices.class.getClassLoader());
      return "";
    } catch (ClassNotFoundException none) {
      throw new StartException(
          "cluster: --postgres and --redis must be given where the project is not built, since "
              + beside
              + " is not there");
    }
  }

  private static Path programPlace() {
    try {
      return Path.of(
          LocalServices.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
