package dev.artserver.bench.load;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Many event streams of one thread, on which runs are made one after the other. Lives on one event
/// loop.
public final class Fans {
  private static final int OPENING_MAX = 64;

  private final NetClient client;
  private final Scene scene;
  private final int readers;
  private final int runs;
  private final List<HttpLine> lines = new ArrayList<>();
  private final Promise<Void> over = Promise.promise();
  private int opening;
  private int heardEnds;
  private int missed;
  private int made;
  private String fault = "";
  private volatile long startedAt;
  private volatile long endedAt;

  /// Where it happens.
  ///
  /// @param events path of the thread's event stream
  /// @param run what makes one run on it and waits for its end
  public record Scene(int port, String events, Target run) {}

  /// How it went.
  ///
  /// @param expected ends of runs that were to be heard, of all readers together
  /// @param ends of runs that were heard
  /// @param fault what was wrong with a run that nobody could hear the end of; empty: nothing was
  public record Heard(int expected, int ends, Duration took, String fault) {
    public int lost() {
      return expected - ends;
    }
  }

  Fans(NetClient client, Scene scene, int readers, int runs) {
    this.client = client;
    this.scene = scene;
    this.readers = readers;
    this.runs = runs;
  }

  Future<Void> run() {
    for (int i = 0; i < Math.min(OPENING_MAX, readers); i++) {
      open();
    }
    return over.future();
  }

  void giveUp() {
    endedAt = System.nanoTime();
  }

  Heard heard() {
    long end = endedAt == 0 ? System.nanoTime() : endedAt;
    int expected = readers * runs;
    return new Heard(
        expected,
        Math.min(heardEnds, expected - missed),
        Duration.ofNanos(Math.max(1, end - startedAt)),
        fault);
  }

  private void open() {
    if (opening == readers) {
      return;
    }
    opening++;
    HttpLine.open(client, scene.port()).onComplete(this::onOpen, over::tryFail);
  }

  private void onOpen(HttpLine line) {
    lines.add(line);
    Buffer follow = Requests.of("GET", scene.events(), "text/event-stream", "application/json", "");
    line.send(follow, new EventTally(this::onEnd))
        .onComplete(status -> onStreamEnded("status " + status), this::onStreamBroken);
    if (lines.size() == readers) {
      startedAt = System.nanoTime();
      HttpLine.open(client, scene.port()).onComplete(this::make, over::tryFail);
    } else {
      open();
    }
  }

  private void make(HttpLine line) {
    if (made == runs) {
      line.close();
      return;
    }
    Tally tally = scene.run().tally();
    line.send(scene.run().request(made++), tally)
        .onComplete(
            status -> {
              if (!scene.run().isWhole(status, tally)) {
                // No reader will hear of it what it should.
                missed += readers;
                fault = "status " + status + ", " + tally;
                endIfAllHeard();
              }
              make(line);
            },
            over::tryFail);
  }

  /// A stream that is followed does not end.
  private void onStreamEnded(String how) {
    over.tryFail(new IllegalStateException("an event stream ended: " + how));
  }

  private void onStreamBroken(Throwable cause) {
    onStreamEnded(String.valueOf(cause.getMessage()));
  }

  private void onEnd() {
    heardEnds++;
    endIfAllHeard();
  }

  private void endIfAllHeard() {
    if (endedAt == 0 && heardEnds + missed >= readers * runs) {
      endedAt = System.nanoTime();
      over.tryComplete();
      lines.forEach(HttpLine::close);
    }
  }
}
