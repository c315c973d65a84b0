package dev.artserver.bench.load;

import dev.artserver.bench.peer.IgnoredFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One connection that makes one exchange at a time. Lives on one event loop. It reads HTTP itself:
/// a client library would cost about as much as some of what is measured.
final class HttpLine implements Line, HttpAnswer.Reader {
  private final NetSocket socket;
  private final HttpAnswer answer = new HttpAnswer(this);
  private @Nullable Tally tally;
  private @Nullable Promise<Integer> exchange;
  private int status;
  private boolean closed;

  private HttpLine(NetSocket socket) {
    this.socket = socket;
    socket.handler(this::onRead);
    socket.closeHandler(gone -> onClosed(new IOException("the connection was closed")));
    socket.exceptionHandler(this::onClosed);
  }

  static Future<HttpLine> open(NetClient client, int port) {
    return client.connect(port, "127.0.0.1").map(HttpLine::new);
  }

  @Override
  public boolean closed() {
    return closed;
  }

  @Override
  public Future<Integer> send(Buffer request, Tally heard) {
    if (closed) {
      return Future.failedFuture(new IOException("the connection is closed"));
    }
    Promise<Integer> answered = Promise.promise();
    exchange = answered;
    tally = heard;
    IgnoredFailure.of(socket.write(request), "a broken connection fails the exchange");
    return answered.future();
  }

  @Override
  public void close() {
    IgnoredFailure.of(socket.close(), "it is closed already");
  }

  private void onRead(Buffer arrived) {
    try {
      answer.read(arrived.getBytes());
    } catch (IllegalStateException | NumberFormatException notHttp) {
      IgnoredFailure.of(socket.close(), "it is closed already");
      onClosed(notHttp);
    }
  }

  private void onClosed(Throwable cause) {
    closed = true;
    Promise<Integer> waiting = exchange;
    exchange = null;
    if (waiting != null) {
      waiting.fail(cause);
    }
  }

  @Override
  public void onStatus(int answered) {
    status = answered;
  }

  @Override
  public void onRetryAfter() {
    if (tally != null) {
      tally.onRetryAfter();
    }
  }

  @Override
  public void onBody(byte[] bytes, int from, int to) {
    if (tally != null) {
      tally.onBody(bytes, from, to);
    }
  }

  @Override
  public void onEnd() {
    Promise<Integer> waiting = exchange;
    exchange = null;
    if (waiting != null) {
      waiting.complete(status);
    }
  }
}
