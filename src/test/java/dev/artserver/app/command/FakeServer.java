package dev.artserver.app.command;

import dev.artserver.app.server.ServerProcess;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that starts and stops when the test says so.
final class FakeServer implements ServerProcess {
  final Promise<Listening> started = Promise.promise();
  final Promise<Void> stopped = Promise.promise();
  final AtomicInteger stops = new AtomicInteger();

  static FakeServer listeningOn(int port) {
    FakeServer server = new FakeServer();
    server.started.complete(new Listening("127.0.0.1", port, "127.0.0.1", 0));
    server.stopped.complete();
    return server;
  }

  @Override
  public Future<Listening> start() {
    return started.future();
  }

  @Override
  public Future<Void> stop() {
    stops.incrementAndGet();
    return stopped.future();
  }
}
