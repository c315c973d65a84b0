package dev.artserver.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private static final int RUNS = 3;
  private static final Duration TIME = Duration.ofMinutes(1);
  private static final Calls CALLS = new Calls(1, "GET", n -> "/", "text/plain", n -> "", 200);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong clock = new AtomicLong();
  private final List<Promise<Integer>> answers = new ArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void runs_a_late_driver_sends_late_count_from_when_they_were_due() throws Exception {
    Outcome outcome = outcome(Bounds.atOnce(RUNS, TIME).arriving(10));

    // Sent at 0, 1,000 and 1,000 ms, due at 0, 100 and 200.
    assertThat(outcome.whole().count()).isEqualTo(3);
    assertThat(outcome.whole().millis(1)).isEqualTo(800);
    assertThat(outcome.whole().millis(50)).isEqualTo(900);
    assertThat(outcome.whole().millis(100)).isEqualTo(1_000);
    assertThat(outcome.figures().get("driverLateMsP99")).hasValue(900);
  }

  @Test
  void runs_that_are_not_due_at_a_moment_of_their_own_count_from_when_they_were_sent()
      throws Exception {
    Outcome outcome = outcome(Bounds.atOnce(RUNS, TIME));

    assertThat(outcome.whole().millis(50)).isZero();
    assertThat(outcome.figures().get("driverLateMsP99")).isEmpty();
  }

  @Test
  void a_run_whose_connection_cannot_be_opened_again_is_lost() throws Exception {
    Bounds bounds = Bounds.atOnce(RUNS, TIME);
    AtomicInteger opened = new AtomicInteger();

    Outcome outcome =
        outcome(
            bounds,
            () ->
                opened.incrementAndGet() <= RUNS
                    ? Future.succeededFuture(new Closed())
                    : Future.failedFuture("refused"));

    assertThat(outcome.begun()).isEqualTo(RUNS);
    assertThat(outcome.lost()).isEqualTo(RUNS);
    assertThat(outcome.fault()).isEqualTo("refused");
  }

  /// Of a driver that is busy for a second with the first run it sends; all are answered when the
  /// last is sent.
  private Outcome outcome(Bounds bounds) throws Exception {
    return outcome(bounds, () -> Future.succeededFuture(new Answering()));
  }

  private Outcome outcome(Bounds bounds, Line.Opening opening) throws Exception {
    ClosedLoop loop = new ClosedLoop(vertx, opening, CALLS, bounds, clock::get);
    Promise<Void> over = Promise.promise();
    vertx.runOnContext(now -> loop.run().onComplete(over));
    over.future().await(10, TimeUnit.SECONDS);
    return loop.outcome();
  }

  /// One that the other side closed before it was used.
  private static final class Closed implements Line {
    @Override
    public Future<Integer> send(Buffer request, Tally heard) {
      return Future.failedFuture("the connection is closed");
    }

    @Override
    public boolean closed() {
      return true;
    }

    @Override
    public void close() {
      // It is.
    }
  }

  private final class Answering implements Line {
    @Override
    public Future<Integer> send(Buffer request, Tally heard) {
      clock.compareAndSet(0, Duration.ofSeconds(1).toNanos());
      Promise<Integer> answer = Promise.promise();
      answers.add(answer);
      if (answers.size() == RUNS) {
        answers.forEach(each -> each.complete(200));
      }
      return answer.future();
    }

    @Override
    public boolean closed() {
      return false;
    }

    @Override
    public void close() {
      // There is nothing to close.
    }
  }
}
