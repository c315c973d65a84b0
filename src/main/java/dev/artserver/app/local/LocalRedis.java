package dev.artserver.app.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/// A Redis of this process, which keeps nothing on disk. It ends with the JVM.
final class LocalRedis {
  static final String NAME = "redis";

  private static final Duration START_MAX = Duration.ofSeconds(20);
  private static final int ANSWER_MAX_MS = 1_000;
  private static final int POLL_MS = 20;

  private LocalRedis() {}

  /// Starts it and waits until it answers. One that an earlier process left in the same directory
  /// is stopped before.
  ///
  /// @param directory for its program and its log, made when it is not there
  /// @return the id of its process
  static long start(Path directory, int port) throws IOException {
    Files.createDirectories(directory);
    Path pidFile = directory.resolve("redis.pid");
    LeftOver.end(pidFile, NAME, List.of("TERM", "KILL"));
    Path programs = Files.createTempDirectory(directory, "program");
    Path program = ExecutableProvider.newJarResourceProvider(programs.toFile()).get().toPath();
    Path config = directory.resolve("redis.conf");
    Files.write(
        config,
        List.of(
            "bind 127.0.0.1",
            "port " + port,
            "save \"\"",
            "appendonly no",
            "pidfile redis.pid",
            "dir ."));
    Process process =
        new ProcessBuilder(program.toAbsolutePath().toString(), config.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "redis-stop"));
    awaitAnswer(process, port);
    // A program that runs needs no name.
    Files.delete(program);
    Files.delete(programs);
    return process.pid();
  }

  private static void awaitAnswer(Process process, int port) throws IOException {
    long until = System.nanoTime() + START_MAX.toNanos();
    while (!answers(port)) {
      try {
        if (process.waitFor(Duration.ofMillis(POLL_MS)) || System.nanoTime() > until) {
          throw new IOException("Redis did not start; its log is redis.log");
        }
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while Redis started", hurried);
      }
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MAX_MS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MAX_MS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream answer = socket.getInputStream();
      return answer.read() == '+';
    } catch (IOException notYet) {
      return false;
    }
  }

  private static void end(Process process) {
    process.destroy();
    if (!Signals.endsWithin(process, START_MAX)) {
      process.destroyForcibly();
    }
  }
}
