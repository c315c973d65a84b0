package dev.artserver.http.connection;

import dev.artserver.vertx.ServerConnections;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop: closes those that are idle, and those whose request does not
/// arrive. A request that has arrived may take as long as its run.
public final class ClientConnections {
  /// How long a client may take to read the reason before its connection is dropped.
  public static final Duration LAST_WORDS_MAX = Duration.ofSeconds(2);

  private final Occupancy occupancy;
  private final Heartbeats heartbeats;
  private final InstantSource clock;
  private final Duration idleTimeout;
  private final Duration requestTimeout;
  private final IdentityHashMap<HttpConnection, Watched> open = new IdentityHashMap<>();

  public ClientConnections(
      Occupancy occupancy,
      Heartbeats heartbeats,
      InstantSource clock,
      Duration idleTimeout,
      Duration requestTimeout) {
    this.occupancy = occupancy;
    this.heartbeats = heartbeats;
    this.clock = clock;
    this.idleTimeout = idleTimeout;
    this.requestTimeout = requestTimeout;
  }

  public void onConnection(HttpConnection connection) {
    Watched watched = new Watched(connection, !occupancy.connected());
    open.put(connection, watched);
    // It is for connections that never get here; `Watched` checks the others.
    ServerConnections.stopIdleTimer(connection);
    connection.closeHandler(ignored -> onClosed(connection));
  }

  /// A connection has closed. For one that became a WebSocket the caller must say so.
  public void onClosed(HttpConnection connection) {
    Watched watched = open.remove(connection);
    if (watched != null) {
      watched.place.leave();
      occupancy.disconnected();
    }
  }

  /// Notes that a request began. Returns false when its connection is above the limit: then the
  /// request is to be refused and the connection closed.
  public boolean onRequest(HttpServerRequest request) {
    Watched watched = open.get(request.connection());
    if (watched == null) {
      return true;
    }
    watched.underWay++;
    watched.sinceMs = clock.millis();
    watched.arriving = request;
    request.response().endHandler(ignored -> watched.requestEnded());
    return !watched.surplus;
  }

  private final class Watched implements Heartbeats.Member {
    private final HttpConnection connection;
    private final boolean surplus;
    private final Heartbeats.Place place;
    private int underWay;
    private long sinceMs = clock.millis();
    private @Nullable HttpServerRequest arriving;

    Watched(HttpConnection connection, boolean surplus) {
      this.connection = connection;
      this.surplus = surplus;
      place = heartbeats.join(this);
    }

    void requestEnded() {
      underWay--;
      sinceMs = clock.millis();
      arriving = null;
    }

    @Override
    public void onBeat() {
      long quietMs = clock.millis() - sinceMs;
      boolean idle = underWay == 0 && quietMs > idleTimeout.toMillis();
      boolean stuck =
          arriving != null && !arriving.isEnded() && quietMs > requestTimeout.toMillis();
      if (idle || stuck) {
        ServerConnections.drop(connection);
      }
    }

    @Override
    public void onStopping() {
      // The server closes its connections itself, after the requests under way.
    }
  }
}
