package dev.artserver.http.socket;

import dev.artserver.http.connection.Occupancy;
import dev.artserver.http.stream.FeedText;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One thread that a WebSocket follows.
final class SocketSubscription implements FeedReader {
  private final ThreadId thread;
  private final long number;
  private final SocketWriter writer;
  private final Occupancy.Lease lease;
  private final Map<ThreadId, SocketSubscription> siblings;
  private final Runnable onTooSlow;
  private final Promise<Void> begun = Promise.promise();
  private @Nullable Subscription subscription;
  private boolean left;

  /// @param number grows with each subscription of the socket
  /// @param siblings the socket's subscriptions; this one removes itself from them
  /// @param onTooSlow called when the client was too slow for the thread
  SocketSubscription(
      ThreadId thread,
      long number,
      SocketWriter writer,
      Occupancy.Lease lease,
      Map<ThreadId, SocketSubscription> siblings,
      Runnable onTooSlow) {
    this.thread = thread;
    this.number = number;
    this.writer = writer;
    this.lease = lease;
    this.siblings = siblings;
    this.onTooSlow = onTooSlow;
  }

  ThreadId thread() {
    return thread;
  }

  long number() {
    return number;
  }

  boolean left() {
    return left;
  }

  /// The subscription was accepted.
  void taken(Subscription given) {
    if (left) {
      given.cancel();
    } else {
      subscription = given;
    }
  }

  /// Lets events through. They waited until the client had its answer.
  void begin() {
    begun.tryComplete();
  }

  @Override
  public Future<Void> onPart(FeedPart part) {
    return begun.future().isComplete()
        ? write(part)
        : begun.future().compose(ignored -> write(part));
  }

  private Future<Void> write(FeedPart part) {
    if (!left) {
      part.items().forEach(item -> writer.write(FeedText.message(thread, item)));
    }
    return writer.room();
  }

  @Override
  public void onEnded(FeedEnd end) {
    begun
        .future()
        .onComplete(ignored -> {
          if (!left) {
            leave();
            writer.write(FeedText.endMessage(thread, end));
            if (end == FeedEnd.TOO_SLOW) {
              onTooSlow.run();
            }
          }
        });
  }

  /// Harmless the second time.
  void leave() {
    if (left) {
      return;
    }
    left = true;
    siblings.remove(thread, this);
    lease.release();
    begin();
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
