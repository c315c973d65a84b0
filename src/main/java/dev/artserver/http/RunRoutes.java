package dev.artserver.http;

import dev.artserver.flow.FireAndForget;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.contract.ContractOperation;
import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.exchange.Preference;
import dev.artserver.http.query.RunExplainer;
import dev.artserver.http.query.RunReader;
import dev.artserver.http.stream.RunWait;
import dev.artserver.http.stream.SseStream;
import dev.artserver.model.Caller;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Ids;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FollowRequest;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ConfigKeys;
import dev.artserver.wire.KeySealer;
import dev.artserver.wire.RunView;
import dev.artserver.wire.StartRunRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Starts runs in three forms of answer, shows them, waits for them and cancels them.
final class RunRoutes {
  private final Vertx vertx;
  private final Threads threads;
  private final RunReader reader;
  private final RunExplainer explainer;
  private final Heartbeats heartbeats;
  private final Occupancy occupancy;
  private final HttpConfig config;
  private final Ids ids;
  private final KeySealer keys;
  private final InstantSource clock;

  RunRoutes(Vertx vertx, Api api, Heartbeats heartbeats) {
    this.vertx = vertx;
    this.heartbeats = heartbeats;
    threads = api.threads();
    reader = new RunReader(threads);
    explainer = new RunExplainer(threads, reader, api.operations(), api.instances());
    occupancy = api.occupancy();
    config = api.config();
    ids = api.ids();
    keys = api.keys();
    clock = api.clock();
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("startRun", exchange -> start(exchange, exchange.thread(), false));
    endpoints.put("createThreadAndRun", this::createAndStart);
    endpoints.put("listRuns", this::list);
    endpoints.put("getRun", this::get);
    endpoints.put("waitForRun", this::waitForEnd);
    endpoints.put("cancelRun", this::cancel);
    endpoints.put("explainRun", this::explain);
  }

  private Future<?> createAndStart(ApiExchange exchange) {
    String chosen = exchange.body().path("threadId").textValue();
    ThreadId thread =
        ThreadRoutes.chosen(exchange, chosen == null ? null : new ThreadId(chosen), ids);
    return start(exchange, thread, true);
  }

  private Future<?> start(ApiExchange exchange, ThreadId thread, boolean alwaysCreate) {
    StartRunRequest asked =
        StartRunRequest.read(
            exchange.object(),
            config.runTimeoutDefault(),
            config.runTimeoutMax(),
            config.images(),
            exchange.trace().traceId(),
            alwaysCreate);
    ThreadCommand.StartRun command =
        new ThreadCommand.StartRun(
            thread,
            exchange.caller(),
            asked.run(),
            ConfigKeys.sealedIfAny(asked.createWith(), thread, keys),
            asked.metadata(),
            exchange.operation(
                "run.start", thread, () -> StartRunRequest.asked(exchange.object(), alwaysCreate)));
    Waiting waiting = new Waiting(!asked.cancelOnDisconnect(), asked.onSuspend());
    // The answer may take as long as the run, and what was asked for may be large.
    ApiExchange answering = exchange.withoutBody();
    return exchange
            .accept()
            .prefers(exchange.dialect().streams().mediaType(), ContractOperation.JSON)
        ? stream(answering, command, waiting)
        : answer(answering, command, waiting);
  }

  /// How a client waits.
  ///
  /// @param stay whether the run goes on when the client disconnects
  /// @param onSuspend what happens when the run asks people; null: as is usual for the form of
  ///   answer
  private record Waiting(boolean stay, StartRunRequest.@Nullable OnSuspend onSuspend) {}

  private Future<?> answer(ApiExchange exchange, ThreadCommand.StartRun command, Waiting waiting) {
    Preference preference = Preference.of(exchange.request().getHeader("Prefer"));
    if (preference.applied() != null) {
      exchange.header("Preference-Applied", preference.applied());
    }
    ThreadId thread = command.thread();
    Duration waitMax = preference.waitMax();
    if (waitMax != null && waitMax.isZero()) {
      return threads
          .ask(command)
          .compose(accepted -> {
            RunId run = accepted.run();
            return exchange
                .header("Location", path(thread, run))
                .answer(202, RunView.accepted(thread, run, accepted.seq(), clock.instant()));
          });
    }
    Caller caller = command.caller();
    boolean toQuestions = waiting.onSuspend() != StartRunRequest.OnSuspend.WAIT;
    RunWait wait = new RunWait(threads, heartbeats, thread, toQuestions, 0);
    return wait.start(command)
        .compose(accepted -> {
          RunId run = accepted.run();
          exchange.header("Location", path(thread, run));
          return waitFor(
              exchange,
              wait,
              thread,
              run,
              waitMax,
              () -> left(caller, thread, run, waiting.stay()));
        });
  }

  private void left(Caller caller, ThreadId thread, RunId run, boolean stay) {
    if (!stay) {
      FireAndForget.logged(
          threads.ask(new ThreadCommand.CancelRun(thread, caller, run)),
          "cancel the run of a client that left");
    }
  }

  static String path(ThreadId thread, RunId run) {
    return ThreadRoutes.path(thread) + "/runs/" + run.value();
  }

  private Future<?> stream(ApiExchange exchange, ThreadCommand.StartRun command, Waiting waiting) {
    // Before the run is accepted, since a stream that is refused must not leave a run behind.
    Occupancy.Lease lease = occupancy.subscribe();
    HttpServerResponse response = exchange.response();
    ThreadId thread = command.thread();
    Caller caller = command.caller();
    SseStream stream =
        new SseStream(
            vertx,
            exchange.request(),
            exchange.dialect().streams(),
            waiting.onSuspend() == StartRunRequest.OnSuspend.RETURN
                ? SseStream.Extent.RUN_TO_QUESTIONS
                : SseStream.Extent.RUN,
            heartbeats,
            lease);
    return threads
        .start(command, new FollowRequest(0, true, Set.of(), null), stream)
        .onFailure(refused -> stream.leave())
        .compose(started -> {
          RunId run = started.accepted().run();
          exchange.header("Location", path(thread, run));
          onGone(
              response,
              () -> {
                if (!stream.ended()) {
                  stream.leave();
                  left(caller, thread, run, waiting.stay());
                }
              });
          return started
              .following()
              .onSuccess(stream::follow)
              .onFailure(error -> {
                stream.leave();
                exchange.fail(error, thread, run);
              });
        });
  }

  /// Waits for the run's end, but not longer than `waitMax`, nor beyond a question: then 202 with
  /// the run as it stands.
  private Future<Void> waitFor(
      ApiExchange exchange,
      RunWait wait,
      ThreadId thread,
      RunId run,
      @Nullable Duration waitMax,
      Runnable gone) {
    Future<RunView> ended = wait.ended();
    onGone(
        exchange.response(),
        () -> {
          if (!ended.isComplete()) {
            wait.cancel();
            gone.run();
          }
        });
    Future<RunView> known = waitMax == null ? ended : atMost(ended, waitMax, wait, thread, run);
    // Asked for now, so that it is there when the run ends.
    Future<Optional<String>> userId = userId(thread);
    return known
        .compose(view -> whole(view, thread, run))
        .compose(view ->
            view.status().ended()
                ? userId.compose(user -> exchange.answer(200, view.answer(user.orElse(null))))
                : exchange.answer(202, view.write()))
        .onFailure(error -> exchange.fail(error, thread, run));
  }

  /// A wait sees only some of the facts, enough for a run that has ended.
  private Future<RunView> whole(RunView view, ThreadId thread, RunId run) {
    return view.status().ended() ? Future.succeededFuture(view) : reader.read(thread, run);
  }

  private Future<RunView> atMost(
      Future<RunView> ended, Duration waitMax, RunWait wait, ThreadId thread, RunId run) {
    Promise<RunView> known = Promise.promise();
    long timer =
        vertx.setTimer(
            Math.max(1, waitMax.toMillis()),
            ignored -> {
              wait.cancel();
              reader.read(thread, run).onComplete(known);
            });
    ended.onComplete(end -> {
      if (vertx.cancelTimer(timer)) {
        known.handle(end);
      }
    });
    return known.future();
  }

  /// The user of the thread; empty also when the thread was deleted.
  private Future<Optional<String>> userId(ThreadId thread) {
    return threads
        .find(thread)
        .map(head -> Optional.ofNullable(head.profile().metadata().get("userId")))
        .recover(error ->
            error instanceof FailureException
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(error));
  }

  private static void onGone(HttpServerResponse response, Runnable gone) {
    if (response.closed()) {
      gone.run();
    } else {
      response.closeHandler(ignored -> gone.run());
    }
  }

  private Future<?> list(ApiExchange exchange) {
    String cursor = exchange.text("cursor");
    return reader
        .page(
            exchange.thread(),
            cursor == null ? Long.MAX_VALUE : seq("cursor", cursor),
            PageLimits.of(config).of(exchange))
        .compose(page -> exchange.answer(200, page));
  }

  static long seq(String parameter, String cursor) {
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new FailureException(
          Failure.invalid(parameter, "must be the nextCursor of a page", cursor));
    }
  }

  private Future<?> get(ApiExchange exchange) {
    return reader
        .read(exchange.thread(), exchange.run())
        .compose(view -> exchange.answer(200, view.write()));
  }

  private Future<?> explain(ApiExchange exchange) {
    return explainer
        .explain(exchange.thread(), exchange.run())
        .compose(why -> exchange.answer(200, why));
  }

  private Future<?> waitForEnd(ApiExchange exchange) {
    ThreadId thread = exchange.thread();
    RunId run = exchange.run();
    Duration waitMax =
        exchange.has("timeoutMs") ? Duration.ofMillis(exchange.number("timeoutMs", 0)) : null;
    return reader
        .read(thread, run)
        .compose(view -> {
          boolean toQuestions = !"wait".equals(exchange.text("onSuspend"));
          if (toQuestions && view.asks()) {
            return exchange.answer(202, view.write());
          }
          RunWait wait = new RunWait(threads, heartbeats, thread, toQuestions, view.lastSeq());
          wait.waitFor(run, view.seq());
          return waitFor(exchange, wait, thread, run, waitMax, () -> {});
        });
  }

  private Future<?> cancel(ApiExchange exchange) {
    ThreadId thread = exchange.thread();
    return threads
        .ask(new ThreadCommand.CancelRun(thread, exchange.caller(), exchange.run()))
        .compose(seen -> exchange.answer(202, RunView.status(thread, seen.run(), seen.status())));
  }
}
