package dev.artserver.bench.load;

import dev.artserver.bench.figure.Samples;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Asks for runs when they are due, however many are under way. Each takes a connection nobody uses
/// or opens one. Lives on one event loop.
final class OpenLoop {
  private static final long LOOK_MS = 1;

  private final Vertx vertx;
  private final Line.Opening opener;
  private final Questions runs;
  private final OfferedLoad.Arrivals arrivals;
  private final Deque<Line> idle = new ArrayDeque<>();
  private final Samples whole = new Samples();
  private final Samples refusals = new Samples();
  private final Promise<Void> over = Promise.promise();
  private final long startedAt = System.nanoTime();
  private volatile boolean stopped;
  private int offered;
  private int answered;
  private int completed;
  private int untold;
  private String fault = "";
  private long endedAt;

  OpenLoop(Vertx vertx, Line.Opening opener, Questions runs, OfferedLoad load) {
    this.vertx = vertx;
    this.opener = opener;
    this.runs = runs;
    this.arrivals = load.arrivals();
  }

  Future<Void> run() {
    arrive();
    return over.future();
  }

  /// None of those under way counts any more.
  void giveUp() {
    stopped = true;
  }

  Offered offered() {
    long end = endedAt == 0 ? System.nanoTime() : endedAt;
    Duration took = Duration.ofNanos(Math.max(1, end - startedAt));
    return new Offered(whole, refusals, offered, completed, untold, took, fault);
  }

  private void arrive() {
    long now = System.nanoTime() - startedAt;
    while (arrivals.next() <= now) {
      ask(startedAt + arrivals.next());
      arrivals.go();
    }
    if (arrivals.next() == Long.MAX_VALUE) {
      endIfAnswered();
    } else {
      vertx.setTimer(LOOK_MS, tick -> arrive());
    }
  }

  private void ask(long dueAt) {
    int number = offered++;
    Line free = idle.pollLast();
    if (free != null) {
      send(free, number, dueAt);
    } else {
      opener
          .open()
          .onComplete(
              line -> send(line, number, dueAt),
              unreachable -> {
                note(String.valueOf(unreachable.getMessage()));
                onAnswered();
              });
    }
  }

  private void send(Line line, int number, long dueAt) {
    AnswerTally tally = runs.tally();
    line.send(runs.request(number), tally)
        .onComplete(done -> {
          if (!stopped) {
            count(done, tally, dueAt);
          }
          if (line.closed()) {
            line.close();
          } else {
            idle.addLast(line);
          }
          onAnswered();
        });
  }

  private void count(AsyncResult<Integer> done, AnswerTally tally, long dueAt) {
    if (done.failed()) {
      note(String.valueOf(done.cause().getMessage()));
    } else if (runs.isWhole(done.result(), tally)) {
      completed++;
      whole.add(System.nanoTime() - dueAt);
    } else if (Questions.isRefusal(done.result())) {
      refusals.add(System.nanoTime() - dueAt);
      untold += tally.toldWhen() ? 0 : 1;
    } else {
      note("status " + done.result() + ", " + tally);
    }
  }

  private void note(String what) {
    if (fault.isEmpty()) {
      fault = what;
    }
  }

  private void onAnswered() {
    answered++;
    endIfAnswered();
  }

  private void endIfAnswered() {
    if (answered == offered && arrivals.next() == Long.MAX_VALUE && endedAt == 0) {
      endedAt = System.nanoTime();
      idle.forEach(Line::close);
      over.tryComplete();
    }
  }
}
