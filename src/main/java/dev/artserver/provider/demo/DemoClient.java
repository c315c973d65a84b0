package dev.artserver.provider.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A model inside the server: no network, no cost, the same answer to the same request. It says of
/// itself that it is the demo model.
///
/// A request's options may set `words` (length of an answer that has no result to state) and
/// `tokenDelayMs`; both are brought into their limits. A last user message that holds
/// `[[demo:fail]]` fails with `ProviderError`; one with `[[demo:stall]]` is never answered.
public final class DemoClient implements ProviderClient {
  private final Vertx vertx;
  private final String provider;
  private final DemoConfig config;
  private final DemoModel model = new DemoModel();
  private final Set<DemoCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param provider its name, for failures
  public DemoClient(Vertx vertx, String provider, DemoConfig config) {
    this.vertx = vertx;
    this.provider = provider;
    this.config = config;
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    int words = (int) option(request, "words", config.words(), 1, DemoConfig.WORDS_MAX);
    long delayMs =
        option(
            request,
            "tokenDelayMs",
            config.tokenDelay().toMillis(),
            0,
            DemoConfig.TOKEN_DELAY_MAX.toMillis());
    DemoAnswer answer = model.answer(request, words);
    DemoAnswer.Says said =
        answer instanceof DemoAnswer.Says says ? says : new DemoAnswer.Says("", "", List.of());
    DemoCall call = new DemoCall(vertx, listener, open::remove, delayMs, request, said);
    open.add(call);
    switch (answer) {
      case DemoAnswer.Says says -> call.begin();
      case DemoAnswer.Fails fails -> call.fail(failure(500, "the demo model fails on wish"));
      case DemoAnswer.Stalls stalls -> {}
    }
    if (closed) {
      call.fail(closedFailure());
    }
    return call;
  }

  @Override
  public Future<Void> close() {
    closed = true;
    open.forEach(call -> call.fail(closedFailure()));
    return Future.succeededFuture();
  }

  private Failure closedFailure() {
    return failure(0, "the demo model is closed");
  }

  private Failure failure(int status, String why) {
    return new Failure.ProviderError(provider, status, why, null);
  }

  private static long option(
      ModelRequest request, String name, long otherwise, long min, long max) {
    JsonNode value = request.options().path(name);
    return value.isNumber() ? Math.clamp(value.longValue(), min, max) : otherwise;
  }
}
