package dev.artserver.cluster;

import dev.artserver.flow.FireAndForget;
import dev.artserver.flow.Timers;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.store.ThreadStore;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedReader;
import dev.artserver.stream.FlushClock;
import dev.artserver.stream.FollowRequest;
import dev.artserver.stream.Subscription;
import dev.artserver.wire.remote.FeedJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The feeds of threads that other instances own and that have readers here: one subscription per
/// thread, however many readers. For any thread.
final class RemoteFeeds {
  /// A feed without readers is kept for the next one: clients that wait for one run after the other
  /// would else open and close it each time.
  private static final Duration LINGER = Duration.ofSeconds(5);

  private static final Duration FOLLOW_MAX = Duration.ofSeconds(10);

  private final Channel channel;
  private final ThreadStore store;
  private final FeedConfig config;
  private final Timers timers;
  private final InstantSource clock;
  private final Supplier<Executor> caller;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<ThreadId, Opening> byThread = new ConcurrentHashMap<>();
  private final Map<Long, RemoteFeed> byNumber = new ConcurrentHashMap<>();

  private record Opening(InstanceId owner, Future<RemoteFeed> opened) {
    boolean usable(InstanceId wanted) {
      return owner.equals(wanted)
          && !opened.failed()
          && !(opened.succeeded() && opened.result().over());
    }
  }

  /// @param timers of any context, used on each
  /// @param caller runs tasks on the context of the caller
  RemoteFeeds(
      Channel channel,
      ThreadStore store,
      FeedConfig config,
      Timers timers,
      InstantSource clock,
      Supplier<Executor> caller) {
    this.channel = channel;
    this.store = store;
    this.config = config;
    this.timers = timers;
    this.clock = clock;
    this.caller = caller;
  }

  void answer() {
    channel.answer(
        FeedMessages.PART,
        (from, message) -> {
          FeedMessages.Part part = FeedMessages.part(message);
          return onFeed(part.feed(), feed -> feed.take(FeedJson.read(part.json().getBytes())));
        });
    channel.answer(
        FeedMessages.ENDED,
        (from, message) -> {
          FeedMessages.Ended ended = FeedMessages.ended(message);
          return onFeed(ended.feed(), feed -> feed.end(ended.end()));
        });
  }

  private interface Act {
    void on(RemoteFeed feed);
  }

  private Future<Buffer> onFeed(long number, Act act) {
    RemoteFeed feed = byNumber.get(number);
    if (feed == null) {
      return Future.failedFuture(
          new FailureException(new Failure.NotFound("FEED", Long.toString(number))));
    }
    Promise<Buffer> taken = Promise.promise();
    feed.context()
        .execute(() -> {
          try {
            act.on(feed);
            taken.complete(Buffer.buffer());
          } catch (RuntimeException e) {
            // Its readers must miss nothing: they follow the thread again.
            feed.end(FeedEnd.MOVED);
            taken.fail(e);
          }
        });
    return taken.future();
  }

  /// Makes sure that a feed is there, also before it has a reader. Fails as `follow` of `Threads`,
  /// or because that instance does not own the thread.
  Future<Void> open(ThreadId thread, InstanceId owner) {
    return opened(thread, owner, caller.get()).mapEmpty();
  }

  /// Adds a reader of a thread another instance owns, until that owner leaves. Fails as `open`.
  Future<Subscription> join(
      ThreadId thread, InstanceId owner, FollowRequest request, FeedReader reader) {
    Executor mine = caller.get();
    return opened(thread, owner, mine).compose(feed -> join(feed, request, reader, mine));
  }

  private Future<Subscription> join(
      RemoteFeed feed, FollowRequest request, FeedReader reader, Executor mine) {
    Promise<Subscription> joined = Promise.promise();
    feed.context()
        .execute(() -> {
          if (feed.over()) {
            mine.execute(
                () -> joined.fail(new FailureException(new Failure.OwnedElsewhere(feed.thread()))));
            return;
          }
          try {
            Subscription subscription = feed.join(request, reader, mine);
            mine.execute(() -> joined.complete(subscription));
            feed.serve();
          } catch (FailureException full) {
            mine.execute(() -> joined.fail(full));
          }
        });
    return joined.future();
  }

  @SuppressWarnings("ReferenceEquality") // Whether it is this very opening.
  private Future<RemoteFeed> opened(ThreadId thread, InstanceId owner, Executor mine) {
    Promise<RemoteFeed> opened = Promise.promise();
    Opening made = new Opening(owner, opened.future());
    Opening used =
        byThread.compute(
            thread, (id, known) -> known != null && known.usable(owner) ? known : made);
    if (used == made) {
      open(thread, made, mine)
          .onComplete(done -> {
            if (done.failed()) {
              byThread.remove(thread, made);
            }
            opened.handle(done);
          });
    }
    Promise<RemoteFeed> heard = Promise.promise();
    used.opened.onComplete(done -> mine.execute(() -> heard.handle(done)));
    return heard.future();
  }

  private Future<RemoteFeed> open(ThreadId thread, Opening opening, Executor context) {
    long number = numbers.incrementAndGet();
    return store
        .head(thread)
        .compose(head -> {
          if (head.isEmpty()) {
            return Future.failedFuture(
                new FailureException(new Failure.NotFound("THREAD", thread.value())));
          }
          long seq = head.get().seq();
          RemoteFeed feed =
              new RemoteFeed(
                  number,
                  thread,
                  opening.owner,
                  seq,
                  context,
                  feed(thread, seq, context),
                  () -> onChange(thread, number, opening));
          byNumber.put(number, feed);
          return channel
              .ask(
                  opening.owner,
                  FeedMessages.FOLLOW,
                  FeedMessages.follow(new FeedMessages.Follow(number, thread, seq)),
                  FOLLOW_MAX)
              .onFailure(refused -> byNumber.remove(number))
              .map(following -> {
                context.execute(() -> onChange(thread, number, opening));
                return feed;
              });
        });
  }

  private Feed feed(ThreadId thread, long seq, Executor context) {
    return new Feed(
        thread,
        seq,
        config,
        (after, limit) -> onContext(context, store.read(thread, FactQuery.after(after, limit))),
        context::execute,
        FlushClock.NONE);
  }

  private static <T> Future<T> onContext(Executor context, Future<T> future) {
    Promise<T> heard = Promise.promise();
    future.onComplete(done -> context.execute(() -> heard.handle(done)));
    return heard.future();
  }

  /// On the feed's context: it may have ended, or its last reader may have left.
  private void onChange(ThreadId thread, long number, Opening opening) {
    RemoteFeed feed = byNumber.get(number);
    if (feed == null) {
      return;
    }
    if (feed.over()) {
      byNumber.remove(number);
      byThread.remove(thread, opening);
    } else if (feed.readers() == 0) {
      timers.schedule(LINGER, () -> closeUnread(feed));
    }
  }

  private void closeUnread(RemoteFeed feed) {
    if (feed.readers() == 0 && !feed.over()) {
      feed.end(FeedEnd.MOVED);
      FireAndForget.harmless(
          channel.ask(
              feed.owner(), FeedMessages.UNFOLLOW, FeedMessages.feed(feed.number()), FOLLOW_MAX),
          "the owner stops when its next part is refused");
    }
  }

  /// An instance is gone: readers of its threads follow them elsewhere.
  void forget(InstanceId owner) {
    end(feed -> feed.owner().equals(owner));
  }

  /// Readers of all threads follow them again.
  void endAll() {
    end(feed -> true);
  }

  private void end(Predicate<RemoteFeed> which) {
    byNumber.values().stream()
        .filter(which)
        .forEach(feed -> feed.context().execute(() -> feed.end(FeedEnd.MOVED)));
  }

  /// Finds feeds whose end was lost on the way, and readers that are too slow. To be called from
  /// time to time.
  void check() {
    Map<InstanceId, List<Long>> byOwner =
        byNumber.values().stream()
            .collect(
                Collectors.groupingBy(
                    RemoteFeed::owner,
                    Collectors.mapping(RemoteFeed::number, Collectors.toList())));
    byOwner.forEach((owner, numbers) ->
        FireAndForget.harmless(
            channel
                .ask(owner, FeedMessages.KNOWN, FeedMessages.feeds(numbers), FOLLOW_MAX)
                .onSuccess(unknown -> FeedMessages.feeds(unknown).forEach(this::endUnknown)),
            "it is asked again soon"));
    byNumber.values().forEach(feed -> feed.context().execute(() -> feed.sweep(clock.instant())));
  }

  private void endUnknown(long number) {
    RemoteFeed feed = byNumber.get(number);
    if (feed != null) {
      feed.context().execute(() -> feed.end(FeedEnd.MOVED));
    }
  }

  /// Feeds now; for metrics.
  int size() {
    return byNumber.size();
  }
}
