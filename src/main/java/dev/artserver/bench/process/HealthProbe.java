package dev.artserver.bench.process;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Asks a process for its health again and again while others load it, on a new connection each
/// time, from connecting to the end of the answer. Has a thread of its own, so that a busy driver
/// does not look like a busy server. It asks once at least.
public final class HealthProbe implements AutoCloseable {
  private static final int EVERY_MS = 50;
  private static final int ANSWER_MAX_MS = 30_000;

  private static final String HEALTH_FAILED = "health" + Figures.FAILED;

  private final int port;
  private final String path;
  private final Samples samples = new Samples();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private int failed;

  private HealthProbe(int port, String path) {
    this.port = port;
    this.path = path;
    thread = Thread.ofPlatform().daemon().name("bench-probe").start(this::probe);
  }

  public static HealthProbe start(Child child) {
    return start(child.healthPort(), child.healthPath());
  }

  static HealthProbe start(int port, String path) {
    return new HealthProbe(port, path);
  }

  /// Whether it answers 200.
  static boolean answers(int port, String path) {
    return answer("GET", port, path).startsWith("HTTP/1.1 200");
  }

  /// The whole answer to a request without a body, head and body; empty when there was none.
  public static String answer(String method, int port, String path) {
    String request = method + " " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MAX_MS);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MAX_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException none) {
      return "";
    }
  }

  private void probe() {
    try {
      do {
        long began = System.nanoTime();
        if (answers(port, path)) {
          samples.add(System.nanoTime() - began);
        } else {
          failed++;
        }
      } while (!stop.await(EVERY_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends and gives how many calls were not answered with 200, and how long the others took, when
  /// there were any.
  public Figures end() {
    close();
    Figures figures = Figures.none().with(HEALTH_FAILED, failed);
    return samples.count() == 0
        ? figures
        : figures.with("healthMsP99", samples.millis(99)).with("healthMsMax", samples.millis(100));
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(ANSWER_MAX_MS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
