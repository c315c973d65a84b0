package dev.artserver.app.probe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.bench.InProcess;
import dev.artserver.bench.figure.Samples;
import dev.artserver.flow.Breaker;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.call.ConfiguredProvider;
import dev.artserver.provider.call.LocalProviders;
import dev.artserver.provider.call.Locality;
import dev.artserver.provider.call.ProviderConfig;
import dev.artserver.provider.call.RetryConfig;
import dev.artserver.provider.key.ApiKey;
import dev.artserver.provider.key.KeySafe;
import dev.artserver.provider.key.KeysConfig;
import dev.artserver.provider.quota.BreakerConfig;
import dev.artserver.provider.quota.FaultKind;
import dev.artserver.provider.quota.RateConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Times model calls whose model takes no time, so that what is left is the permit with all its
/// limits, the breaker, the timer that bounds the call, and the permit's return.
public final class PermitProbe implements InProcess, AutoCloseable {
  private static final String PROVIDER = "instant";
  private static final int PARALLEL_MAX = 100;
  private static final int WAITING_MAX = 1_000;
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final long PER_MINUTE = 1_000_000_000;
  private static final ModelReply REPLY = new ModelReply("", "", List.of(), Usage.NONE, "stop");

  private static final ModelRequest REQUEST =
      new ModelRequest(
          "c_1",
          "model-1",
          Phase.EXECUTION,
          List.of(),
          List.of(),
          JsonNodeFactory.instance.objectNode());
  private final CallTerms terms =
      new CallTerms(
          new ThreadId("t_1"),
          new RunId("r_1"),
          Priority.NORMAL,
          Instant.now().plus(Duration.ofDays(1)));

  private final Vertx vertx;
  private final Instantly model;
  private final LocalProviders providers;

  private PermitProbe(Vertx vertx, Instantly model, LocalProviders providers) {
    this.vertx = vertx;
    this.model = model;
    this.providers = providers;
  }

  public static PermitProbe start() {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Instantly model = new Instantly();
    return new PermitProbe(
        vertx,
        model,
        LocalProviders.start(
                vertx,
                InstantSource.system(),
                KeySafe.NONE,
                List.of(new ConfiguredProvider(config(), ApiKey.NONE, key -> model)))
            .await());
  }

  @Override
  public Samples time(int times) {
    Promise<Samples> done = Promise.promise();
    vertx.runOnContext(go -> {
      // The first call of a key is what its client is made for.
      model.onFirst(() -> done.complete(timed(times)));
      call(new Answers());
    });
    return done.future().await();
  }

  /// On the event loop, as a thread's owner calls.
  private Samples timed(int times) {
    Samples samples = new Samples();
    model.answer();
    Answers answers = new Answers();
    for (int i = 0; i < times; i++) {
      long before = System.nanoTime();
      call(answers);
      model.answer();
      samples.add(System.nanoTime() - before);
    }
    return answers.count == times ? samples : new Samples();
  }

  private void call(Answers answers) {
    providers.call(PROVIDER, terms, REQUEST, answers);
  }

  /// Every limit there is, none of which is met.
  private static ProviderConfig config() {
    Breaker.Rules breaker = new Breaker.Rules(5, 2, LONG, 3);
    return new ProviderConfig(
        PROVIDER,
        "instant",
        PARALLEL_MAX,
        WAITING_MAX,
        LONG,
        LONG,
        new RateConfig(PER_MINUTE, PER_MINUTE, 1),
        RetryConfig.NONE,
        new BreakerConfig(breaker, EnumSet.allOf(FaultKind.class), BreakerConfig.OnOpen.FAIL),
        List.of(),
        List.of(),
        Locality.REMOTE,
        new KeysConfig(1, LONG, 0, RateConfig.NONE));
  }

  @Override
  public void close() {
    providers.close().compose(closed -> vertx.close()).await();
  }

  /// Counts good ends.
  private static final class Answers implements CallListener {
    private int count;

    @Override
    public void onText(String text) {}

    @Override
    public void onThinking(String text) {}

    @Override
    public void onDone(ModelReply reply) {
      count++;
    }

    @Override
    public void onAgain(Failure failure) {}

    @Override
    public void onFailed(Failure failure) {}
  }

  /// Answers when it is told to. Confined to one event loop.
  private static final class Instantly implements ProviderClient {
    private @Nullable ModelListener asked;
    private @Nullable Runnable first;

    /// Runs once the next call has come, and not inside it.
    void onFirst(Runnable task) {
      first = task;
    }

    @Override
    public ModelCall start(ModelRequest request, ModelListener listener) {
      asked = listener;
      Runnable task = first;
      first = null;
      if (task != null) {
        Vertx.currentContext().runOnContext(later -> task.run());
      }
      return () -> {};
    }

    void answer() {
      ModelListener listener = asked;
      asked = null;
      if (listener != null) {
        listener.onDone(REPLY);
      }
    }

    @Override
    public Future<Void> close() {
      return Future.succeededFuture();
    }
  }
}
