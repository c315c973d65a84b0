package dev.artserver.provider.wire;

import dev.artserver.flow.ContextFuture;
import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Timers;
import dev.artserver.model.Failure;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.wire.ServiceConnections.Connection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call over one connection, confined to the caller's context. It ends for the listener when
/// the answer is complete or something went wrong; on the wire it may end a little later, and only
/// a connection whose answer was read to its end is used again.
final class StreamedCall implements ModelCall, AnswerDraft.Pieces {
  private static final Logger LOG = LoggerFactory.getLogger(StreamedCall.class);
  private static final String KEEP_ALIVE = "Keep-Alive";
  private static final Future<Void> UNWRITTEN = Future.failedFuture("not written");

  private final Context context;
  private final Timers timers;
  private final ServiceConnections connections;
  private final Exchange exchange;
  private final ModelListener listener;
  private final AnswerStream stream;
  private final Handler<Void> flush = later -> flush();
  private @Nullable HttpClientRequest request;
  private Future<Void> written = UNWRITTEN;
  private boolean ended;
  private boolean flushing;

  /// When the call began or the answer last grew; comments and empty chunks do not count.
  private long heardAt;

  private Timers.@Nullable Scheduled watch;

  /// What this call sends, and how it judges what comes back.
  ///
  /// @param head of every request to the service, for any URI
  /// @param body writes it; what was written is not kept while the answer is awaited, since many
  ///   wait long, and most with much to tell
  /// @param refusals read an answer that is not 2xx
  record Exchange(
      ServiceConfig config,
      RequestOptions head,
      String uri,
      Supplier<Buffer> body,
      Refusals refusals) {
    Failure broken(String what) {
      return faulty(new Fault(0, what));
    }

    Failure faulty(Fault fault) {
      String shown = refusals.shown(fault.message());
      String code = fault.code() == null ? null : refusals.shown(fault.code());
      return new Failure.ProviderError(config.provider(), fault.status(), code, shown, null);
    }
  }

  /// @param streams makes the reader of the answer
  StreamedCall(
      Context context,
      Timers timers,
      ServiceConnections connections,
      Exchange exchange,
      ModelListener listener,
      Function<AnswerDraft.Pieces, AnswerStream> streams) {
    this.context = context;
    this.timers = timers;
    this.connections = connections;
    this.exchange = exchange;
    this.listener = listener;
    this.stream = streams.apply(this);
  }

  /// Begins after the current task, so that the listener is not called before the caller has the
  /// call.
  void begin() {
    context.runOnContext(later -> {
      if (!ended) {
        heardAt = System.nanoTime();
        watch(
            shorter(
                exchange.config().firstTokenTimeout(), exchange.config().betweenTokensTimeout()));
        on(connections.take());
      }
    });
  }

  @Override
  public void cancel() {
    if (!ended) {
      ended = true;
      abandon();
    }
  }

  /// A connection that is opened may come on another context of this event loop.
  private void on(Future<Connection> connection) {
    ContextFuture.on(context, connection).onComplete(this::send, this::onUnreachable);
  }

  private void send(Connection connection) {
    if (ended) {
      connections.giveBack(connection);
      return;
    }
    connection
        .http()
        .request(exchange.head())
        .compose(this::write)
        .onComplete(response -> onHead(connection, response), error -> onUnsent(connection, error));
  }

  /// The call may have been cancelled since its request was asked for: the connection may still
  /// have been busy with the one before.
  private Future<HttpClientResponse> write(HttpClientRequest opened) {
    request = opened.setURI(exchange.uri());
    if (ended) {
      return Future.failedFuture("cancelled before it was sent");
    }
    Buffer body;
    try {
      body = exchange.body().get();
    } catch (RuntimeException e) {
      unwritable(e);
      return Future.failedFuture(e);
    }
    written = opened.end(body);
    return opened.response();
  }

  private void unwritable(RuntimeException cause) {
    LOG.atError()
        .addKeyValue("provider", exchange.config().provider())
        .setCause(cause)
        .log("A request to a provider could not be written");
    fail(new Failure.Internal("the request could not be written"));
  }

  private void onUnreachable(Throwable error) {
    fail(exchange.broken("no connection: " + reason(error)));
  }

  /// A connection that lay idle may have been closed by the service just as we used it. Nothing of
  /// an answer has come, so the request is sent again on a fresh connection, once.
  private void onUnsent(Connection connection, Throwable error) {
    connections.discard(connection);
    request = null;
    if (!ended && connection.reused()) {
      on(connections.open());
    } else {
      fail(exchange.broken("the connection broke: " + reason(error)));
    }
  }

  private void onHead(Connection connection, HttpClientResponse response) {
    response.exceptionHandler(this::onBroken);
    if (ended) {
      abandon();
      return;
    }
    if (response.statusCode() / 100 == 2) {
      forgetHeads(response);
      response.handler(this::onData);
      response.endHandler(end -> onEnd(connection, this::onEnd));
    } else {
      Buffer body = Buffer.buffer();
      response.handler(part -> keepBeginning(body, part));
      response.endHandler(
          end -> onEnd(connection, () -> fail(exchange.refusals().read(response, body))));
    }
  }

  /// A service may answer before it has read the whole request. Such a connection is of no more
  /// use: the next request would wait until the rest of this one is read.
  ///
  /// @param tell tells the listener; it may throw
  private void onEnd(Connection connection, Runnable tell) {
    try {
      tell.run();
    } finally {
      if (written.succeeded()) {
        connections.giveBack(connection);
      } else {
        connections.discard(connection);
      }
    }
  }

  /// Of an answer that streams for long nothing of either head is read any more, but for what says
  /// whether the connection stays.
  private void forgetHeads(HttpClientResponse response) {
    if (request != null) {
      request.headers().clear();
    }
    MultiMap head = response.headers();
    if (head.get(HttpHeaders.CONNECTION) == null && head.get(KEEP_ALIVE) == null) {
      head.clear();
    }
  }

  private static void keepBeginning(Buffer body, Buffer part) {
    int room = ErrorBody.BYTES_MAX - body.length();
    body.appendBuffer(part, 0, Math.min(room, part.length()));
  }

  /// Reads now but hands on after this turn of the loop: all that came with one read of the socket,
  /// or of many sockets when there is much to do, is then one piece.
  private void onData(Buffer arrived) {
    if (ended) {
      return;
    }
    long before = stream.additions();
    stream.read(arrived);
    if (stream.additions() != before) {
      heardAt = System.nanoTime();
    }
    if (stream.fault() != null || stream.done()) {
      settle();
    } else if (!flushing) {
      flushing = true;
      context.runOnContext(flush);
    }
  }

  private void onEnd() {
    unwatch();
    if (!ended) {
      stream.end();
      settle();
    }
  }

  private void onBroken(Throwable error) {
    unwatch();
    if (!ended && stream.complete()) {
      settle();
    } else {
      fail(exchange.broken("the connection broke: " + reason(error)));
    }
  }

  /// No more of the answer is to come: it is complete, or it never will be.
  private void settle() {
    if (!ended) {
      stream.flushAll();
    }
    if (ended) {
      return;
    }
    Fault fault = stream.fault();
    if (fault != null) {
      fail(exchange.faulty(fault));
    } else if (stream.complete()) {
      ended = true;
      listener.onDone(stream.reply());
    } else {
      fail(exchange.broken(stream.shortcoming()));
    }
  }

  private void flush() {
    flushing = false;
    if (!ended) {
      stream.flush();
    }
  }

  @Override
  public void onText(String text) {
    if (!ended) {
      listener.onText(text);
    }
  }

  @Override
  public void onThinking(String text) {
    if (!ended) {
      listener.onThinking(text);
    }
  }

  private void fail(Failure failure) {
    if (!ended) {
      ended = true;
      abandon();
      listener.onFailed(failure);
    }
  }

  /// Ends it on the wire; on HTTP/1.1 that closes the connection unless all was read.
  private void abandon() {
    unwatch();
    if (request != null) {
      FireAndForget.harmless(request.reset(), "the call is over");
    }
  }

  /// One timer per call, which looks how long it has been silent and sets itself again: a chunk
  /// costs no timer.
  private void watch(Duration delay) {
    watch = timers.schedule(delay, this::onWatch);
  }

  private void unwatch() {
    if (watch != null) {
      watch.cancel();
      watch = null;
    }
  }

  private void onWatch() {
    watch = null;
    ServiceConfig config = exchange.config();
    Duration limit =
        stream.additions() > 0 ? config.betweenTokensTimeout() : config.firstTokenTimeout();
    Duration left = limit.minusNanos(System.nanoTime() - heardAt);
    if (left.isPositive()) {
      watch(left.plusMillis(1));
    } else if (ended) {
      // All was said, but the service does not end its answer.
      abandon();
    } else if (stream.complete()) {
      settle();
      abandon();
    } else {
      String what = stream.additions() > 0 ? "the next token" : "the first token";
      fail(
          new Failure.TimedOut(
              "LLM_TIMEOUT", what + " of provider '" + config.provider() + "'", limit));
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String reason(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
