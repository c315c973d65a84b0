package dev.artserver.http;

import static dev.artserver.model.Checks.require;

import dev.artserver.wire.ImageLimits;
import java.time.Duration;
import java.util.Set;

/// Limits of the API's server. Counts are for the whole process, whatever the number of verticles.
///
/// @param host interface to listen on
/// @param port 0 to 65,535; 0: any free one
/// @param bodyMax bytes of a request's body, more is 413
/// @param headerMax bytes of a request's headers, more is 431
/// @param uriMax bytes of a request's first line, more is 414
/// @param frameMax bytes of a WebSocket message, in one frame or several, more closes with 1009
/// @param connectionsMax open connections; requests on further ones are answered 503
/// @param subscriptionsMax event streams and WebSocket subscriptions, more is 503
/// @param subscriptionsPerSocketMax more closes the socket with 1008
/// @param writeQueueMax bytes a reader may leave unread before its feed waits
/// @param heartbeat how often a silent stream is written to
/// @param idleTimeout how long a connection without a request may stay open
/// @param requestTimeout how long a request may take to arrive, and how long its authentication may
///   take
/// @param runTimeoutDefault of a run that names none
/// @param runTimeoutMax longest a run may ask for
/// @param pageDefault items of a page when the request names no limit
/// @param pageMax items of a page at most, whatever the request names
/// @param closeGrace how long open requests may take to end when the server stops
/// @param origins further web origins, such as `https://app.example`, whose pages may open
///   WebSockets and change things; the server's own may always
/// @param images what images of messages may be
public record HttpConfig(
    String host,
    int port,
    int bodyMax,
    int headerMax,
    int uriMax,
    int frameMax,
    int connectionsMax,
    int subscriptionsMax,
    int subscriptionsPerSocketMax,
    int writeQueueMax,
    Duration heartbeat,
    Duration idleTimeout,
    Duration requestTimeout,
    Duration runTimeoutDefault,
    Duration runTimeoutMax,
    int pageDefault,
    int pageMax,
    Duration closeGrace,
    Set<String> origins,
    ImageLimits images) {

  public HttpConfig {
    origins = Set.copyOf(origins);
    require(!host.isBlank(), "http.host must not be blank");
    require(port >= 0 && port <= 65_535, "http.port must be 0 to 65535, got " + port);
    atLeast("bodyMax", bodyMax, 1_024);
    atLeast("headerMax", headerMax, 1_024);
    atLeast("uriMax", uriMax, 256);
    atLeast("frameMax", frameMax, 1_024);
    atLeast("connectionsMax", connectionsMax, 1);
    atLeast("subscriptionsMax", subscriptionsMax, 1);
    atLeast("subscriptionsPerSocketMax", subscriptionsPerSocketMax, 1);
    atLeast("writeQueueMax", writeQueueMax, 1_024);
    positive("heartbeat", heartbeat);
    positive("idleTimeout", idleTimeout);
    positive("requestTimeout", requestTimeout);
    positive("runTimeoutDefault", runTimeoutDefault);
    require(
        runTimeoutMax.compareTo(runTimeoutDefault) >= 0,
        "http.runTimeoutMax must be at least runTimeoutDefault "
            + runTimeoutDefault
            + ", got "
            + runTimeoutMax);
    require(pageMax >= 1 && pageMax <= 1_000, "http.pageMax must be 1 to 1000, got " + pageMax);
    require(
        pageDefault >= 1 && pageDefault <= pageMax,
        "http.pageDefault must be 1 to pageMax " + pageMax + ", got " + pageDefault);
    positive("closeGrace", closeGrace);
  }

  /// The same with another address to listen on.
  public HttpConfig at(String otherHost, int otherPort) {
    return new HttpConfig(
        otherHost,
        otherPort,
        bodyMax,
        headerMax,
        uriMax,
        frameMax,
        connectionsMax,
        subscriptionsMax,
        subscriptionsPerSocketMax,
        writeQueueMax,
        heartbeat,
        idleTimeout,
        requestTimeout,
        runTimeoutDefault,
        runTimeoutMax,
        pageDefault,
        pageMax,
        closeGrace,
        origins,
        images);
  }

  private static void atLeast(String key, int value, int least) {
    require(value >= least, "http." + key + " must be at least " + least + ", got " + value);
  }

  private static void positive(String key, Duration value) {
    require(value.isPositive(), "http." + key + " must be positive, got " + value);
  }
}
