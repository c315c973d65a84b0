package dev.artserver.http.stream;

import dev.artserver.flow.FireAndForget;
import dev.artserver.http.connection.ClientConnections;
import dev.artserver.http.connection.Heartbeats;
import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.exchange.StreamEncoder;
import dev.artserver.http.exchange.StreamEncoding;
import dev.artserver.model.ThreadEvent;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.Subscription;
import dev.artserver.vertx.ServerConnections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/// Writes what a feed gives as a stream, one write per part, and no faster than the client reads.
/// Lives on the event loop of its request.
///
/// Nothing is written before the first part comes or the subscription is accepted, so a refusal can
/// still be answered as an error.
public final class SseStream implements FeedReader, Heartbeats.Member {

  /// What a stream follows, and so where it ends.
  public enum Extent {
    THREAD,
    RUN,
    /// It also ends when the run asks people.
    RUN_TO_QUESTIONS
  }

  /// What most parts need.
  private static final int PART_BYTES = 512;

  private static final int FIRST_PART_BYTES = 1_536;

  private final Vertx vertx;

  private final HttpServerResponse response;
  private final HttpConnection connection;
  private final boolean multiplexed;
  private final Extent extent;
  private final String mediaType;
  private final StreamEncoder encoder;
  private final Heartbeats.Place place;
  private final Occupancy.Lease lease;
  private @Nullable HttpServerRequest request;
  private @Nullable Subscription subscription;
  private @Nullable Promise<Void> drained;
  private boolean begun;
  private boolean ended;
  private boolean silent = true;

  /// @param extent what is followed
  public SseStream(
      Vertx vertx,
      HttpServerRequest request,
      StreamEncoding encoding,
      Extent extent,
      Heartbeats heartbeats,
      Occupancy.Lease lease) {
    this.vertx = vertx;
    this.request = request;
    response = request.response();
    connection = request.connection();
    multiplexed = request.version() == HttpVersion.HTTP_2;
    mediaType = encoding.mediaType();
    encoder = encoding.encoder();
    this.extent = extent;
    this.lease = lease;
    place = heartbeats.join(this);
  }

  /// The subscription was accepted.
  public void follow(Subscription taken) {
    if (ended) {
      taken.cancel();
      return;
    }
    subscription = taken;
    // A run's stream has its first facts at once, and begins with them in one write.
    if (extent == Extent.THREAD && !begun) {
      write(begin());
    }
  }

  private void write(Buffer events) {
    Future<Void> sent = response.write(events);
    HttpServerRequest asked = request;
    if (asked != null) {
      request = null;
      FireAndForget.harmless(
          sent.onSuccess(ignored -> forget(asked)), "the close handler ends the stream");
    }
  }

  /// Drops what a begun stream does not need again: both heads and the handlers of the request.
  /// Thousands of streams are open at once, and for long.
  private void forget(HttpServerRequest asked) {
    asked.handler(null).endHandler(null).exceptionHandler(null);
    asked.headers().clear();
    response.headers().clear();
  }

  /// The beginning of the next write: the stream's head when it is the first, otherwise empty. The
  /// first part of a run is larger than others.
  private Buffer begin() {
    if (begun) {
      return Buffer.buffer(PART_BYTES);
    }
    begun = true;
    response
        .putHeader("Content-Type", mediaType)
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true)
        .drainHandler(ignored -> onDrained());
    Buffer first = Buffer.buffer(FIRST_PART_BYTES);
    encoder.appendBegin(first);
    return first;
  }

  @Override
  public Future<Void> onPart(FeedPart part) {
    if (ended) {
      return Future.succeededFuture();
    }
    silent = false;
    Buffer events = begin();
    encoder.appendPart(part, events);
    if (endsWith(part)) {
      leave();
      FireAndForget.harmless(response.end(events), "the client has gone");
      return Future.succeededFuture();
    }
    write(events);
    if (!response.writeQueueFull()) {
      return Future.succeededFuture();
    }
    Promise<Void> full = Promise.promise();
    drained = full;
    return full.future();
  }

  private boolean endsWith(FeedPart part) {
    if (extent == Extent.THREAD) {
      return false;
    }
    for (FeedPart.Item item : part.items()) {
      if (item instanceof FeedPart.FactItem(var fact)
          && (fact.event() instanceof ThreadEvent.RunEnd
              || (extent == Extent.RUN_TO_QUESTIONS
                  && fact.event() instanceof ThreadEvent.RunSuspended))) {
        return true;
      }
    }
    return false;
  }

  private void onDrained() {
    Promise<Void> waiting = drained;
    drained = null;
    if (waiting != null) {
      waiting.complete();
    }
  }

  @Override
  public void onEnded(FeedEnd end) {
    if (ended) {
      return;
    }
    Buffer last = begin();
    encoder.appendEnd(end, last);
    leave();
    boolean behind = end == FeedEnd.TOO_SLOW || response.writeQueueFull();
    // The client may never read the rest, and its queue must not stay for ever.
    long timer =
        vertx.setTimer(ClientConnections.LAST_WORDS_MAX.toMillis(), ignored -> disconnect());
    response
        .end(last)
        .onComplete(sent -> {
          if (vertx.cancelTimer(timer) && behind) {
            dropSlow();
          }
        });
  }

  /// The connection of a client that was behind is not kept after the last event.
  private void dropSlow() {
    if (!multiplexed) {
      ServerConnections.drop(connection);
    }
  }

  private void disconnect() {
    if (multiplexed) {
      FireAndForget.harmless(response.reset(), "the client has gone");
    } else {
      ServerConnections.drop(connection);
    }
  }

  @Override
  public void onBeat() {
    if (begun && !ended && silent && !response.writeQueueFull()) {
      FireAndForget.harmless(response.write(encoder.heartbeat()), "the client has gone");
    }
    silent = true;
  }

  @Override
  public void onStopping() {
    onEnded(FeedEnd.MOVED);
  }

  /// The client has disconnected, or was refused.
  public void leave() {
    if (ended) {
      return;
    }
    ended = true;
    place.leave();
    lease.release();
    if (subscription != null) {
      subscription.cancel();
    }
    onDrained();
  }

  public boolean ended() {
    return ended;
  }
}
