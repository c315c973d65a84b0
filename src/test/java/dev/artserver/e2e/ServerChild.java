package dev.artserver.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server in a process of its own, as a user starts it, so that it can be killed.
final class ServerChild implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);

  private final Process process;
  private final Path own;
  private final Path log;
  private final int port;
  private final int managementPort;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerChild(Process process, Path own, Path log, int port, int managementPort) {
    this.process = process;
    this.own = own;
    this.log = log;
    this.port = port;
    this.managementPort = managementPort;
  }

  /// Starts a server on free ports and waits until it is ready.
  ///
  /// @param environment `ART_…` variables over the defaults
  static ServerChild start(Path data, Map<String, String> environment) throws Exception {
    int port = freePort();
    int managementPort = freePort();
    Path own = Files.createTempDirectory("art-server");
    Path log = own.resolve("log");
    List<String> command = new ArrayList<>(List.of(javaBinary().toString()));
    command.addAll(
        List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx512m",
            // A killed server leaves its temporary files behind.
            "-Djava.io.tmpdir=" + own,
            "-cp",
            System.getProperty("java.class.path"),
            "dev.artserver.app.Main",
            "serve",
            "--port",
            Integer.toString(port),
            "--management-port",
            Integer.toString(managementPort),
            "--data",
            data.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    ServerChild child = new ServerChild(builder.start(), own, log, port, managementPort);
    child.awaitReady();
    return child;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  URI managementUri(String path) {
    return URI.create("http://127.0.0.1:" + managementPort + path);
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// SIGKILL: the process cannot react.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// SIGTERM; returns the exit code.
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not stop within 60 s:\n" + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(own)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void awaitReady() throws Exception {
    long until = System.nanoTime() + START_MAX.toNanos();
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
            .timeout(Duration.ofSeconds(10))
            .build();
    while (System.nanoTime() < until) {
      if (!process.isAlive()) {
        throw new AssertionError("the server ended with " + process.exitValue() + ":\n" + log());
      }
      try {
        if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException notYet) {
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
    }
    throw new AssertionError("the server was not ready within " + START_MAX + ":\n" + log());
  }

  private static Path javaBinary() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
