package dev.artserver.bench.process;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Samples;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Asks a process for its health again and again while others load it, on a new connection each
/// time, from connecting to the end of the answer. Has a thread of its own, so that a busy driver
/// does not look like a busy server. It asks once at least.
public final class HealthProbe implements AutoCloseable {
  private static final int EVERY_MS = 50;
  private static final int JOIN_MAX_MS = 30_000;

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

  private void probe() {
    try {
      do {
        long began = System.nanoTime();
        if (OneCall.succeeds(port, path)) {
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
      thread.join(JOIN_MAX_MS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
