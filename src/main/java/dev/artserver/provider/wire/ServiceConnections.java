package dev.artserver.provider.wire;

import dev.artserver.flow.AtMost;
import dev.artserver.flow.FireAndForget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Connections to one service, a stack of idle ones per event loop: a call takes the one used last
/// on its own loop, or opens one there. There are never more than there were calls at once.
///
/// Vert.x's own pool is not used: it looks at every connection to find a free one, and may find it
/// on another loop, so that each chunk would change threads.
final class ServiceConnections {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceConnections.class);

  /// How many an event loop opens at a time. A thousand at once overflow the service's accept
  /// queue; what is lost there is sent again after seconds, and times out.
  private static final int OPENING_MAX = 64;

  private final Vertx vertx;
  private final HttpClientAgent client;
  private final Supplier<Future<HttpClientConnection>> connect;
  private final long idleMaxNanos;
  private final long sweeper;

  /// Idle connections by the thread of their event loop, the one used last at the end.
  private final Map<Thread, Idle> idle = new ConcurrentHashMap<>();

  /// Connections being opened, by the thread of their event loop.
  private final Map<Thread, AtMost> opening = new ConcurrentHashMap<>();

  ServiceConnections(Vertx vertx, ServiceConfig config, ServiceAddress endpoint) {
    this(vertx, config, endpoint, UnaryOperator.identity());
  }

  /// @param wrap around what opens a connection
  ServiceConnections(
      Vertx vertx,
      ServiceConfig config,
      ServiceAddress endpoint,
      UnaryOperator<Supplier<Future<HttpClientConnection>>> wrap) {
    this.vertx = vertx;
    this.client = vertx.createHttpClient(options(config, endpoint), new PoolOptions());
    HttpConnectOptions target =
        new HttpConnectOptions()
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setSsl(endpoint.tls())
            .setConnectTimeout(config.connectTimeout().toMillis());
    this.connect = wrap.apply(() -> client.connect(target));
    this.idleMaxNanos = config.idleTimeout().toNanos();
    Duration sweep = config.idleTimeout().dividedBy(2);
    this.sweeper = vertx.setPeriodic(Math.max(1, sweep.toMillis()), tick -> sweep());
  }

  /// Requests are small packets: without TCP_NODELAY the kernel would hold them back.
  static HttpClientOptions options(ServiceConfig config, ServiceAddress endpoint) {
    return new HttpClientOptions()
        .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
        .setTcpNoDelay(true)
        .setDecompressionSupported(false)
        .setSsl(endpoint.tls())
        .setKeepAlive(true)
        .setPipelining(false);
  }

  /// A connection of this event loop for one call.
  Future<Connection> take() {
    Connection last = mine().takeLast();
    return last == null ? open() : Future.succeededFuture(last);
  }

  /// A new connection of this event loop for one call.
  Future<Connection> open() {
    return opening
        .computeIfAbsent(Thread.currentThread(), loop -> new AtMost(OPENING_MAX))
        .call(() -> attempt(connect).map(this::opened));
  }

  /// A client that is closed throws: as a failed future no place is kept and no caller waits.
  private static <T> Future<T> attempt(Supplier<Future<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /// Makes one request besides the calls; its answer only says whether it succeeded. All of it is
  /// chained on one event loop, whatever the caller's: a listener added late would miss the end.
  Future<Void> post(RequestOptions options, Buffer body) {
    Promise<Void> done = Promise.promise();
    vertx
        .getOrCreateContext()
        .runOnContext(tick ->
            attempt(() -> client.request(options))
                .compose(request -> request.send(body).compose(ServiceConnections::wentWell))
                .onComplete(done));
    return done.future();
  }

  private static Future<Void> wentWell(HttpClientResponse response) {
    int status = response.statusCode();
    return response
        .end()
        .compose(over ->
            status < 300 ? Future.succeededFuture() : Future.failedFuture("status " + status));
  }

  /// Keeps a connection whose call ended on the wire, for the next one. On its event loop.
  void giveBack(Connection connection) {
    connection.reused = true;
    connection.idleSince = System.nanoTime();
    if (!connection.closed) {
      mine().add(connection);
    }
  }

  /// Closes a connection that is of no more use. Harmless when it is closed.
  void discard(Connection connection) {
    connection
        .http
        .close()
        .onFailure(error ->
            LOG.atDebug()
                .addKeyValue("reason", error.getMessage())
                .log("A connection was closed badly"));
  }

  /// Idle connections of all event loops.
  int resting() {
    return idle.values().stream().mapToInt(Idle::size).sum();
  }

  private Connection opened(HttpClientConnection http) {
    Connection connection = new Connection(http);
    Idle mine = mine();
    http.closeHandler(gone -> {
      connection.closed = true;
      mine.remove(connection);
    });
    return connection;
  }

  Future<Void> close() {
    vertx.cancelTimer(sweeper);
    List<Future<Void>> ends = new ArrayList<>();
    idle.values().forEach(each -> each.takeAll().forEach(gone -> ends.add(gone.http.close())));
    ends.add(client.close());
    return Future.join(ends).mapEmpty();
  }

  private Idle mine() {
    return idle.computeIfAbsent(Thread.currentThread(), loop -> new Idle());
  }

  private void sweep() {
    long before = System.nanoTime() - idleMaxNanos;
    idle.values()
        .forEach(each ->
            each.takeUnusedSince(before)
                .forEach(old -> FireAndForget.harmless(old.http.close(), "it is closed already")));
  }

  /// Idle connections of one event loop, the one used last at the end. The sweeper, on another
  /// loop, uses them too; a connection that the service closes is removed without a search.
  private static final class Idle {
    private final LinkedHashSet<Connection> connections = new LinkedHashSet<>();

    synchronized void add(Connection connection) {
      connections.addLast(connection);
    }

    synchronized @Nullable Connection takeLast() {
      return connections.isEmpty() ? null : connections.removeLast();
    }

    synchronized void remove(Connection connection) {
      connections.remove(connection);
    }

    synchronized List<Connection> takeAll() {
      List<Connection> all = List.copyOf(connections);
      connections.clear();
      return all;
    }

    synchronized List<Connection> takeUnusedSince(long nanos) {
      List<Connection> unused = new ArrayList<>();
      while (!connections.isEmpty() && connections.getFirst().idleSince - nanos < 0) {
        unused.add(connections.removeFirst());
      }
      return unused;
    }

    synchronized int size() {
      return connections.size();
    }
  }

  /// One HTTP/1.1 connection, for one call at a time.
  static final class Connection {
    private final HttpClientConnection http;
    private boolean closed;
    private long idleSince;
    private boolean reused;

    private Connection(HttpClientConnection http) {
      this.http = http;
    }

    HttpClientConnection http() {
      return http;
    }

    /// Whether a call went over it before: the service may have closed it meanwhile.
    boolean reused() {
      return reused;
    }
  }
}
