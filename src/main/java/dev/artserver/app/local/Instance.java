package dev.artserver.app.local;

import dev.artserver.bench.process.OneCall;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/// One server process of a cluster on this machine.
public final class Instance {
  private static final String OK = "HTTP/1.1 200";
  private static final String NOT_FOUND = "HTTP/1.1 404";
  private static final String BODY = "\r\n\r\n";

  private final int number;
  private final int port;
  private final int managementPort;
  private final Path log;
  private final Process process;
  private final CompletableFuture<Void> ended;

  /// @param onEnd gets this instance and its exit code
  Instance(
      int number,
      int port,
      int managementPort,
      Path log,
      Process process,
      BiConsumer<Instance, Integer> onEnd) {
    this.number = number;
    this.port = port;
    this.managementPort = managementPort;
    this.log = log;
    this.process = process;
    this.ended = process.onExit().thenAccept(gone -> onEnd.accept(this, gone.exitValue()));
  }

  /// Counts from 1, in the order of their starts.
  public int number() {
    return number;
  }

  /// Of its API, on 127.0.0.1.
  public int port() {
    return port;
  }

  /// Of its metrics and health, on 127.0.0.1.
  public int managementPort() {
    return managementPort;
  }

  /// What it writes to both its streams.
  public Path log() {
    return log;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Asks it to stop in order (SIGTERM).
  public void terminate() {
    Signals.send(pid(), "TERM");
  }

  /// Ends it at once (SIGKILL).
  public void kill() {
    Signals.send(pid(), "KILL");
  }

  /// Holds all of its threads (SIGSTOP): connections stay open, and nothing is answered.
  public void suspend() {
    Signals.send(pid(), "STOP");
  }

  /// Lets it go on (SIGCONT).
  public void resume() {
    Signals.send(pid(), "CONT");
  }

  /// Waits for its end and gives whether it has ended.
  public boolean endsWithin(Duration most) {
    return Signals.endsWithin(process, most);
  }

  /// Whether it says that it takes work.
  public boolean isReady() {
    return OneCall.answer("GET", managementPort, "/health/ready").startsWith(OK);
  }

  /// Whether it knows so many instances, or does not tell.
  boolean knows(int instances) {
    String answer = OneCall.answer("GET", port, "/v1/cluster");
    if (answer.startsWith(NOT_FOUND)) {
      return true;
    }
    int body = answer.indexOf(BODY);
    if (!answer.startsWith(OK) || body < 0) {
      return false;
    }
    try {
      JsonArray known =
          new JsonObject(answer.substring(body + BODY.length())).getJsonArray("instances");
      return known != null && known.size() == instances;
    } catch (DecodeException cut) {
      return false;
    }
  }

  /// The last it wrote, for a failure's message.
  String lastLine() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.reduce("", (first, last) -> last);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Completes when it has ended and that was told.
  CompletableFuture<Void> ended() {
    return ended;
  }

  Process process() {
    return process;
  }

  /// As the command tells of it.
  @Override
  public String toString() {
    return "instance "
        + number
        + " pid "
        + pid()
        + " http://127.0.0.1:"
        + port
        + " management http://127.0.0.1:"
        + managementPort;
  }
}
