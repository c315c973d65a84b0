package dev.artserver.bench.load;

import dev.artserver.bench.figure.Samples;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Keeps so many runs under way, each on a connection of its own, which it opens before it
/// measures. First runs that are spread over a time count from when they are due, as those of
/// `OpenLoop` do: a driver that is late does not make a server look quick. All others count from
/// when they are sent. Lives on one event loop.
final class ClosedLoop {
  /// Connections opened at once, so that no listener's queue runs over.
  private static final int OPENING_MAX = 64;

  /// For each connection, before the first run: the system took it, but its server has to take it
  /// from the system, and is not to be found doing that. With a thousand, the first thirty runs
  /// began 25 ms late.
  private static final int SETTLING_MS = 1;

  private static final int SETTLING_MAX_MS = 2_000;

  /// Failures of one connection in a row after which it is given up: nobody is there.
  private static final int FAILURES_MAX = 20;

  /// Between looks whether the next of the first runs are due.
  private static final long LOOK_MS = 1;

  private final Vertx vertx;
  private final Line.Opening opener;
  private final Work work;
  private final Bounds bounds;
  private final LongSupplier nanos;
  private final List<Line> lines = new ArrayList<>();
  private final Samples firstToken = new Samples();
  private final Samples whole = new Samples();
  private final Samples late = new Samples();
  private final Promise<Void> over = Promise.promise();
  private volatile boolean stopped;
  private int opening;
  private int arrived;
  private int busy;
  private int begun;
  private int completed;
  private int streamed;
  private String fault = "";
  private long startedAt;
  private long endedAt;

  /// @param nanos what time it is, as `System.nanoTime` says it
  ClosedLoop(Vertx vertx, Line.Opening opener, Work work, Bounds bounds, LongSupplier nanos) {
    this.nanos = nanos;
    this.vertx = vertx;
    this.opener = opener;
    this.work = work;
    this.bounds = bounds;
  }

  Future<Void> run() {
    for (int i = 0; i < Math.min(OPENING_MAX, bounds.concurrency()); i++) {
      open();
    }
    return over.future();
  }

  /// No more runs begin, and none of those under way counts any more.
  void giveUp() {
    stopped = true;
  }

  Outcome outcome() {
    long end = endedAt == 0 ? nanos.getAsLong() : endedAt;
    Duration took = Duration.ofNanos(Math.max(1, end - startedAt));
    return new Outcome(firstToken, whole, late, begun, completed, streamed, took, fault);
  }

  private void open() {
    if (opening == bounds.concurrency()) {
      return;
    }
    opening++;
    opener.open().onComplete(this::onOpen, over::tryFail);
  }

  private void onOpen(Line line) {
    lines.add(line);
    if (lines.size() == bounds.concurrency()) {
      vertx.setTimer(
          Math.clamp((long) SETTLING_MS * lines.size(), 1, SETTLING_MAX_MS), settled -> begin());
    } else {
      open();
    }
  }

  private void begin() {
    startedAt = nanos.getAsLong();
    busy = lines.size();
    arrive();
  }

  private void arrive() {
    int due = bounds.dueAfter(nanos.getAsLong() - startedAt);
    while (arrived < due) {
      // One that was opened long before its turn may have been closed meanwhile.
      int number = arrived++;
      again(lines.get(number), 0, dueAt(number));
    }
    if (arrived < lines.size()) {
      vertx.setTimer(LOOK_MS, tick -> arrive());
    }
  }

  private OptionalLong dueAt(int number) {
    return bounds.isSpread()
        ? OptionalLong.of(startedAt + bounds.dueNanos(number))
        : OptionalLong.empty();
  }

  private void next(Line line, int failures, OptionalLong dueAt) {
    if (isEnough(failures)) {
      leave(line);
      return;
    }
    Buffer request = work.request(begun++);
    Tally tally = work.tally();
    long sentAt = nanos.getAsLong();
    dueAt.ifPresent(due -> late.add(sentAt - due));
    line.send(request, tally)
        .onComplete(answered -> {
          boolean whole = answered.succeeded() && work.isWhole(answered.result(), tally);
          if (whole && !stopped) {
            count(tally, dueAt.orElse(sentAt));
          }
          if (!whole) {
            note(fault(answered, tally));
          }
          again(line, whole ? 0 : failures + 1, OptionalLong.empty());
        });
  }

  /// Whether a connection that failed so often makes no more runs.
  private boolean isEnough(int failures) {
    // The first ones may arrive over a longer time than others may follow.
    boolean timeIsUp =
        begun >= bounds.concurrency() && nanos.getAsLong() - startedAt > bounds.time().toNanos();
    return stopped || timeIsUp || begun == bounds.runsMax() || failures == FAILURES_MAX;
  }

  private void note(String what) {
    if (fault.isEmpty()) {
      fault = what;
    }
  }

  private static String fault(AsyncResult<Integer> answered, Tally tally) {
    return answered.failed()
        ? String.valueOf(answered.cause().getMessage())
        : "status " + answered.result() + ", " + tally;
  }

  private void count(Tally tally, long from) {
    completed++;
    streamed += work.isStreamed(tally) ? 1 : 0;
    firstToken.add(tally.firstTokenAt() - from);
    whole.add(nanos.getAsLong() - from);
  }

  private void again(Line line, int failures, OptionalLong dueAt) {
    if (!line.closed()) {
      next(line, failures, dueAt);
    } else if (isEnough(failures)) {
      leave(line);
    } else {
      opener
          .open()
          .onComplete(
              opened -> next(opened, failures, dueAt),
              refused -> {
                // The run that was to be made there was asked for, and is lost.
                begun++;
                note(String.valueOf(refused.getMessage()));
                again(line, failures + 1, OptionalLong.empty());
              });
    }
  }

  private void leave(Line line) {
    endedAt = nanos.getAsLong();
    line.close();
    if (--busy == 0) {
      over.tryComplete();
    }
  }
}
