package dev.artserver.provider.call;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Priority;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.Requests;
import dev.artserver.provider.key.KeySafe;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

/// What a call costs besides the model: a permit, a timer, and the permit's return. A hundred calls
/// are under way at once, as they are on a busy server.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class PermitBenchmark {
  private static final int CALLS = 10_000;
  private static final int AT_ONCE = 100;
  private static final ModelReply REPLY = new ModelReply("", "", List.of(), Usage.NONE, "stop");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setUseDaemonThread(true));
  private final Context context = vertx.getOrCreateContext();
  private final ModelRequest request = Requests.ask("?");
  private final CallTerms terms =
      Requests.terms(Priority.NORMAL, Instant.now().plus(Duration.ofDays(1)));
  private final CompletableFuture<LocalProviders> providers = new CompletableFuture<>();

  /// Answers after the current task.
  private final class Instantly implements ProviderClient {
    @Override
    public ModelCall start(ModelRequest asked, ModelListener listener) {
      context.runOnContext(later -> listener.onDone(REPLY));
      return () -> {};
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }

  public PermitBenchmark() {
    ProviderConfig config =
        Variants.plain(
            "instant", "test", 10_000, 10_000, Duration.ofMinutes(1), Duration.ofMinutes(1));
    LocalProviders.start(
            vertx,
            InstantSource.system(),
            KeySafe.NONE,
            List.of(Callers.through(config, new Instantly())))
        .onComplete(providers::complete, providers::completeExceptionally);
    providers.join();
  }

  @Benchmark
  @OperationsPerInvocation(CALLS)
  public String calls() {
    CompletableFuture<String> over = new CompletableFuture<>();
    Caller caller = new Caller(over);
    context.runOnContext(go -> {
      for (int i = 0; i < AT_ONCE; i++) {
        caller.next();
      }
    });
    return over.join();
  }

  /// Calls again whenever a call is done.
  private final class Caller implements CallListener {
    private final CompletableFuture<String> over;
    private int begun;
    private int done;

    Caller(CompletableFuture<String> over) {
      this.over = over;
    }

    void next() {
      if (begun < CALLS) {
        begun++;
        providers.join().call("instant", terms, request, this);
      }
    }

    @Override
    public void onAgain(Failure failure) {}

    @Override
    public void onText(String text) {}

    @Override
    public void onThinking(String text) {}

    @Override
    public void onDone(ModelReply reply) {
      done++;
      if (done == CALLS) {
        over.complete("done");
      }
      next();
    }

    @Override
    public void onFailed(Failure failure) {
      over.completeExceptionally(new FailureException(failure));
    }
  }
}
