package dev.artserver.admission;

import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The cost of a slot: the request, its grant on an event loop, its return. A hundred runs are
/// under way at once, with room for all (`free`) or for ten (`contended`).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
public class SlotBenchmark {
  private static final int RUNS = 10_000;
  private static final int AT_ONCE = 100;
  private static final RunId RUN = new RunId("r");
  private static final ThreadId THREAD = new ThreadId("t");
  private static final MachineLoad IDLE = new MachineLoad(0, 0, 0, Duration.ZERO);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
  private final Context context = vertx.getOrCreateContext();
  private final Instant deadline = Instant.now().plus(Duration.ofDays(1));
  private final Admission free = start(1_000);
  private final Admission contended = start(10);

  private Admission start(int slots) {
    PoolConfig config = new PoolConfig(slots, 10_000, Duration.ofMinutes(1), Duration.ofSeconds(5));
    CompletableFuture<Admission> started = new CompletableFuture<>();
    LocalAdmission.start(vertx, config, TestConfigs.LOAD, InstantSource.system(), () -> IDLE)
        .onComplete(started::complete, started::completeExceptionally);
    return started.join();
  }

  @Benchmark
  @OperationsPerInvocation(RUNS)
  public String free() {
    return runs(free);
  }

  @Benchmark
  @OperationsPerInvocation(RUNS)
  public String contended() {
    return runs(contended);
  }

  private String runs(Admission admission) {
    CompletableFuture<String> over = new CompletableFuture<>();
    Loop loop = new Loop(admission, over);
    context.runOnContext(go -> {
      for (int i = 0; i < AT_ONCE; i++) {
        loop.next();
      }
    });
    return over.join();
  }

  /// Requests the next slot after each return, behind the current task.
  private final class Loop {
    private final Admission admission;
    private final CompletableFuture<String> over;
    private int begun;
    private int done;

    Loop(Admission admission, CompletableFuture<String> over) {
      this.admission = admission;
      this.over = over;
    }

    void next() {
      if (begun == RUNS) {
        return;
      }
      begun++;
      Admission.Ticket ticket =
          admission.request(
              new Admission.Request(THREAD, RUN, "", Priority.NORMAL, false, deadline));
      ticket
          .granted()
          .onSuccess(slot ->
              context.runOnContext(later -> {
                ticket.release();
                if (++done == RUNS) {
                  over.complete("done");
                }
                next();
              }))
          .onFailure(over::completeExceptionally);
    }
  }
}
