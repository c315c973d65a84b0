package dev.artserver.app.local;

import dev.artserver.app.logging.LogFormat;
import dev.artserver.app.logging.Logging;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.event.Level;

/// The process that PostgreSQL and Redis of a local cluster belong to. It is a process of its own,
/// so that they end also when the cluster's is killed, and get no Ctrl-C of a terminal before the
/// servers have stopped.
public final class ServicesMain {
  /// The last line it says when all services serve.
  static final String STARTED = "started";

  /// How long services of an earlier run may take to end.
  private static final Duration EARLIER_MAX = Duration.ofSeconds(60);

  private static final int POLL_MS = 50;

  private ServicesMain() {}

  /// @param words the directory, then the services as `NAME=PORT`; says a line `NAME PID` of each
  public static void main(String[] words) throws InterruptedException {
    Logging.ofProcess().configure(Level.INFO, LogFormat.TEXT);
    PrintStream out = System.out;
    Path directory = Path.of(words[0]);
    try (FileChannel file = open(directory);
        FileLock lock = lock(file, directory)) {
      for (int i = 1; i < words.length; i++) {
        String[] service = words[i].split("=", 2);
        out.println(service[0] + " " + start(service[0], directory, Integer.parseInt(service[1])));
      }
      out.println(STARTED);
      out.flush();
      // The lock is held until the JVM is told to end.
      while (lock.isValid()) {
        new CountDownLatch(1).await();
      }
    } catch (IOException | IllegalStateException failed) {
      System.err.println("cannot start: " + failed);
      System.exit(1);
    }
  }

  private static long start(String service, Path directory, int port) throws IOException {
    Path place = directory.resolve(service);
    return switch (service) {
      case LocalPostgres.NAME -> LocalPostgres.start(place, port);
      case LocalRedis.NAME -> LocalRedis.start(place, port);
      default -> throw new IllegalArgumentException("there is no service " + service);
    };
  }

  private static FileChannel open(Path directory) throws IOException {
    Files.createDirectories(directory);
    return FileChannel.open(
        directory.resolve("services.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /// Waits for the services of a cluster that was killed to end.
  private static FileLock lock(FileChannel file, Path directory)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + EARLIER_MAX.toNanos();
    while (System.nanoTime() < until) {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return lock;
      }
      Thread.sleep(POLL_MS);
    }
    throw new IOException("services of another process use " + directory);
  }
}
