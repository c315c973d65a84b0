package dev.artserver.provider.call;

import dev.artserver.model.Failure;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Usage;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Does with each call what a script says, by the call's number from 0; counts what is under way.
final class ScriptedClient implements ProviderClient {
  /// What becomes of one call.
  sealed interface Act {
    /// It is answered.
    record Answers(Usage usage) implements Act {}

    /// It fails before its first token.
    record Fails(Failure failure) implements Act {}

    /// It says something and then fails.
    record Breaks(Failure failure) implements Act {}

    /// Nothing comes of it.
    record Hangs() implements Act {}
  }

  static final Act ANSWER = new Act.Answers(Usage.NONE);
  static final Act HANG = new Act.Hangs();

  /// How models leave that are asked to.
  volatile Future<Void> leaving = Future.succeededFuture();

  final List<String> evicted = new CopyOnWriteArrayList<>();
  final List<String> models = new CopyOnWriteArrayList<>();
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger inFlightMax = new AtomicInteger();
  private final Vertx vertx;
  private final IntFunction<Act> script;

  ScriptedClient(Vertx vertx, IntFunction<Act> script) {
    this.vertx = vertx;
    this.script = script;
  }

  static Act fails(int status) {
    return new Act.Fails(error(status, null));
  }

  static Act throttles(Duration retryAfter) {
    return new Act.Fails(error(429, retryAfter));
  }

  static Act breaks(int status) {
    return new Act.Breaks(error(status, null));
  }

  static Failure error(int status, @Nullable Duration retryAfter) {
    return new Failure.ProviderError("scripted", status, "on wish", retryAfter);
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    models.add(request.model());
    Act act = script.apply(calls.getAndIncrement());
    inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    Context context = vertx.getOrCreateContext();
    boolean[] over = {false};
    Runnable end =
        () -> {
          over[0] = true;
          inFlight.decrementAndGet();
        };
    if (!(act instanceof Act.Hangs)) {
      context.runOnContext(soon -> {
        if (!over[0]) {
          end.run();
          play(act, listener);
        }
      });
    }
    return () -> {
      if (!over[0]) {
        end.run();
      }
    };
  }

  private static void play(Act act, ModelListener listener) {
    switch (act) {
      case Act.Answers(Usage usage) ->
          listener.onDone(new ModelReply("hi", "", List.of(), usage, "stop"));
      case Act.Fails(Failure failure) -> listener.onFailed(failure);
      case Act.Breaks(Failure failure) -> {
        listener.onText("h");
        listener.onFailed(failure);
      }
      case Act.Hangs hangs -> {}
    }
  }

  @Override
  public Future<Void> evict(String model) {
    evicted.add(model);
    return leaving;
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
