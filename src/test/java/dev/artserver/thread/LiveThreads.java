package dev.artserver.thread;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.artserver.admission.Admission;
import dev.artserver.app.settings.TestConfigs;
import dev.artserver.model.Answer;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Priority;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.StateChange;
import dev.artserver.model.ThreadId;
import dev.artserver.model.Usage;
import dev.artserver.provider.CallListener;
import dev.artserver.provider.CallTerms;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.Providers;
import dev.artserver.store.ThreadStore;
import dev.artserver.store.memory.MemoryThreadStore;
import dev.artserver.vertx.VertxTimers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/// The threads of one instance on a real Vert.x, with the simulation's agent, a free slot for every
/// run, and a model that answers at the next tick.
final class LiveThreads implements AutoCloseable {
  static final String WORDS = "at once";

  private static final int LOOPS = 3;

  final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(LOOPS));
  final ThreadServices services;
  private final Duration commandMax;
  private final Ownership ownership;
  LocalThreads threads;
  final AtomicInteger calls = new AtomicInteger();
  volatile boolean answering = true;

  LiveThreads(ThreadsConfig config, InstantSource clock) {
    this(config, clock, vertx -> new MemoryThreadStore());
  }

  LiveThreads(ThreadsConfig config, InstantSource clock, Function<Vertx, ThreadStore> store) {
    this(config, clock, store, Duration.ofMinutes(1), Ownership.ALONE);
  }

  /// @param commandMax how long a command may take
  LiveThreads(
      ThreadsConfig config,
      InstantSource clock,
      Function<Vertx, ThreadStore> store,
      Duration commandMax,
      Ownership ownership) {
    ThreadServices sim =
        new SimServices(new SimTime(), new Random(1)).with(store.apply(vertx), config);
    services =
        new ThreadServices(
            config,
            sim.profiles(),
            sim.store(),
            new Free(),
            new Quick(),
            sim.tools(),
            sim.cores(),
            sim.ids(),
            clock,
            new VertxTimers(vertx),
            (thread, facts) -> {});
    this.commandMax = commandMax;
    this.ownership = ownership;
    threads = process();
  }

  private LocalThreads process() {
    return await(
        LocalThreads.open(vertx, services, TestConfigs.FEED, ownership, LOOPS, commandMax));
  }

  /// The process crashes, and the next one starts.
  void crash() {
    threads = process();
  }

  void create(ThreadId id) {
    await(threads.ask(creation(id)));
  }

  static ThreadCommand.Create creation(ThreadId id) {
    return new ThreadCommand.Create(
        id, Caller.ANONYMOUS, JsonNodeFactory.instance.objectNode(), Map.of(), true, null);
  }

  Future<Answer.State> put(ThreadId id, String value) {
    return threads.ask(
        new ThreadCommand.UpdateState(
            id,
            Caller.ANONYMOUS,
            new StateChange.MergePatch(JsonNodeFactory.instance.objectNode().put("value", value)),
            null,
            null));
  }

  static ThreadCommand.StartRun run(ThreadId id) {
    RunRequest request =
        new RunRequest(
            "query", Priority.NORMAL, OnBusy.ENQUEUE, RunOptions.NONE, Duration.ofMinutes(1), "0");
    return new ThreadCommand.StartRun(id, Caller.ANONYMOUS, request, null, Map.of(), null);
  }

  /// Runs it on a new event-loop context.
  <T> Future<T> onContext(Supplier<Future<T>> work) {
    Context context = vertx.getOrCreateContext();
    Promise<T> done = Promise.promise();
    context.runOnContext(begin -> work.get().onComplete(done));
    return done.future();
  }

  static <T> T await(Future<T> future) {
    CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
    try {
      return done.get(50, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static final class Free implements Admission {
    @Override
    public Ticket request(Request request) {
      return new Ticket() {
        @Override
        public Future<Void> granted() {
          return Future.succeededFuture();
        }

        @Override
        public void release() {}

        @Override
        public boolean yieldWanted() {
          return false;
        }

        @Override
        public Future<Void> giveWay() {
          return Future.succeededFuture();
        }
      };
    }

    @Override
    public Ticket requestAccepted(Request request) {
      return request(request);
    }

    @Override
    public Optional<Failure> refusal() {
      return Optional.empty();
    }
  }

  private final class Quick implements Providers {
    @Override
    public Set<String> names() {
      return Set.of("sim");
    }

    @Override
    public ModelCall call(
        String provider, CallTerms terms, ModelRequest request, CallListener listener) {
      calls.incrementAndGet();
      if (!answering) {
        return () -> {};
      }
      vertx.runOnContext(tick -> {
        listener.onText(WORDS);
        listener.onDone(new ModelReply(WORDS, "", List.of(), new Usage(1, 2, 0), "stop"));
      });
      return () -> {};
    }
  }
}
