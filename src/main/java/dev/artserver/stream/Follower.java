package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.stream.FeedPart.FactItem;
import dev.artserver.stream.FeedPart.Item;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One reader of a feed: what it has got, and whether it can take more. Confined to the owner's
/// context, except `cancelled`, which the reader's context reads too.
final class Follower implements Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  /// How much of a call's text the reader has got, in characters.
  private static final class Place {
    private final CallText call;
    private int thinking;
    private int response;

    Place(CallText call) {
      this.call = call;
    }
  }

  private final Feed feed;
  private final FollowRequest request;
  private final FeedReader reader;
  private final Executor context;
  private final long joined;
  private final List<Place> places = new ArrayList<>(1);
  private long cursor;

  /// The beat in which it last got text.
  private long textAt = FlushClock.NEVER;

  private boolean reading;
  private boolean holdsPart;
  private @Nullable List<Fact> page;
  private long parts;
  private long partSeen;
  private Instant seenAt = Instant.EPOCH;
  private boolean gone;
  private volatile boolean cancelled;

  /// @param joined seq of the feed now: the reader gets no text of calls that ended by then
  Follower(Feed feed, FollowRequest request, FeedReader reader, Executor context, long joined) {
    this.feed = feed;
    this.request = request;
    this.reader = reader;
    this.context = context;
    this.joined = joined;
    cursor = request.after();
  }

  long cursor() {
    return cursor;
  }

  /// Whether it gets nothing any more.
  boolean left() {
    return gone || cancelled;
  }

  /// Whether it can take a part now.
  boolean ready() {
    return !left() && !holdsPart && !reading;
  }

  /// Whether it got text in this beat.
  boolean hadTextIn(long beat) {
    return beat != FlushClock.NEVER && textAt == beat;
  }

  /// The next text does not wait for a beat: it is the first or the last of a call.
  void onCall() {
    textAt = FlushClock.NEVER;
  }

  void startReading() {
    reading = true;
  }

  void replayed(List<Fact> facts) {
    reading = false;
    page = facts;
  }

  boolean hasPage() {
    return page != null;
  }

  /// Whether the call has text that the reader wants and lacks.
  boolean lacks(CallText call) {
    if (!wants(call) || cursor >= call.before()) {
      return false;
    }
    Place place = find(call);
    return place == null
        ? call.size() > 0
        : place.thinking < call.length(true) || place.response < call.length(false);
  }

  /// Moves the cursor behind the page that was read; gives what the reader wants of it.
  List<Item> takePage() {
    List<Item> items = new ArrayList<>();
    if (page != null) {
      for (Fact fact : page) {
        step(fact, items);
      }
      page = null;
    }
    return items;
  }

  /// Moves the cursor to the newest fact; gives what the reader wants of facts and texts. A call's
  /// text comes before the fact that ended it.
  List<Item> takeLive(@Nullable FactRing ring, List<CallText> calls, long beat) {
    List<Item> items = new ArrayList<>();
    if (ring != null) {
      for (int i = ring.indexBehind(cursor); i < ring.size(); i++) {
        Fact fact = ring.get(i);
        for (CallText call : calls) {
          if (call.before() == fact.seq()) {
            takeText(call, items, beat);
          }
        }
        step(fact, items);
      }
    }
    for (CallText call : calls) {
      if (call.before() > cursor) {
        takeText(call, items, beat);
      }
    }
    return items;
  }

  private void step(Fact fact, List<Item> items) {
    cursor = fact.seq();
    boolean wanted =
        fact.event().isOneOf(request.types())
            && (request.run() == null || request.run().equals(fact.event().run()));
    if (wanted) {
      items.add(new FactItem(fact));
    }
  }

  private void takeText(CallText call, List<Item> items, long beat) {
    if (!wants(call) || call.size() == 0) {
      return;
    }
    Place place = find(call);
    if (place == null) {
      place = new Place(call);
      places.add(place);
    }
    if (place.thinking < call.length(true)) {
      textAt = beat;
      items.add(call.rest(true, place.thinking));
      place.thinking = call.length(true);
    }
    if (place.response < call.length(false)) {
      textAt = beat;
      items.add(call.rest(false, place.response));
      place.response = call.length(false);
    }
  }

  private boolean wants(CallText call) {
    return request.tokens()
        && call.before() > joined
        && (request.run() == null || request.run().equals(call.run()));
  }

  private @Nullable Place find(CallText call) {
    for (Place place : places) {
      if (place.call == call) {
        return place;
      }
    }
    return null;
  }

  void forget(CallText call) {
    places.removeIf(place -> place.call == call);
  }

  /// Gives the reader a part on its context. The outcome is reported on the owner's context.
  void give(FeedPart part) {
    holdsPart = true;
    parts++;
    context.execute(() -> {
      if (!cancelled) {
        deliver(part).onComplete(taken -> reportTaken(taken.cause()));
      }
    });
  }

  private Future<Void> deliver(FeedPart part) {
    try {
      return reader.onPart(part);
    } catch (Throwable e) {
      return Future.failedFuture(e);
    }
  }

  private void reportTaken(@Nullable Throwable failure) {
    if (context.equals(Feed.SAME_LOOP)) {
      feed.onTaken(this, failure);
    } else {
      feed.later(() -> feed.onTaken(this, failure));
    }
  }

  void taken() {
    holdsPart = false;
  }

  /// Whether it has held one part for `stallMax` since a sweep first saw it hold that part.
  boolean stalled(Instant now, Duration stallMax) {
    if (left() || !holdsPart) {
      return false;
    }
    if (partSeen != parts) {
      partSeen = parts;
      seenAt = now;
      return false;
    }
    return !now.isBefore(seenAt.plus(stallMax));
  }

  /// Ends the subscription from the feed's side; the reader gets the reason unless it has left.
  void end(FeedEnd why) {
    if (!left()) {
      gone = true;
      context.execute(() -> {
        if (!cancelled) {
          tellEnd(why);
        }
      });
    }
  }

  /// The feed ends its readers one by one: a failure of one must not reach the next.
  private void tellEnd(FeedEnd why) {
    try {
      reader.onEnded(why);
    } catch (Throwable e) {
      LOG.atError().setCause(e).log("A reader failed at the end of its feed");
    }
  }

  @Override
  public void cancel() {
    if (!cancelled) {
      cancelled = true;
      feed.later(() -> feed.remove(this));
    }
  }
}
