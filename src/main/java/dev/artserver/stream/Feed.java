package dev.artserver.stream;

import dev.artserver.model.Fact;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.Phase;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.FeedPart.Item;
import io.vertx.core.AsyncResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the readers of one thread get: its durable facts by seq, and the text of its open model
/// calls by offset.
///
/// Readers pull. Each reader has a cursor and holds at most one part. When it can take more, it
/// gets everything since its cursor in one part. So a reader costs the same memory however slow it
/// is. A fast reader gets one part per turn of the event loop in which something happened. When
/// that is only more text of a call, it gets one part per beat of the `FlushClock`. A call's first
/// text does not wait for a beat.
///
/// Recent facts are kept only while the thread has readers or a run. A reader further behind is
/// replayed from the `FactSource`, page by page, and gets no text of calls until it has caught up.
///
/// Every method is called on the owner's context. The feed of a thread without readers and runs
/// holds no memory beyond its own fields.
public final class Feed {
  /// The context of a reader on the owner's event loop: it is called directly, and completes its
  /// futures there.
  public static final Executor SAME_LOOP = Runnable::run;

  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);

  private final ThreadId id;
  private final FeedConfig config;
  private final FactSource source;
  private final Consumer<Runnable> defer;
  private final FlushClock beat;
  private long seq;
  private boolean running;
  private boolean flushDue;
  private boolean beatDue;
  private @Nullable FeedEnd ended;
  private @Nullable FactRing ring;
  private final CallTexts calls = new CallTexts();
  // Replaced, not changed, when a reader comes or goes.
  private List<Follower> followers = List.of();

  /// @param seq of the thread's last durable fact
  /// @param defer runs a task on the owner's context, after what runs there now; for any thread
  /// @param beat how often text of calls is given
  public Feed(
      ThreadId id,
      long seq,
      FeedConfig config,
      FactSource source,
      Consumer<Runnable> defer,
      FlushClock beat) {
    this.id = id;
    this.seq = seq;
    this.config = config;
    this.source = source;
    this.defer = defer;
    this.beat = beat;
  }

  /// Publishes the next facts of the thread, which are durable. A call's last fact (`Thoughts` or
  /// `ModelCallEnded`) ends its text; a run's last fact ends the text of its calls.
  public void publish(List<Fact> facts) {
    if (ended != null) {
      return;
    }
    for (Fact fact : facts) {
      if (fact.seq() != seq + 1) {
        throw new IllegalStateException(
            "feed of " + id + " is at seq " + seq + ", cannot take " + fact.seq());
      }
      calls.endWith(fact);
      seq = fact.seq();
      keep(fact);
    }
    dropEndedCalls();
    serveSoon();
  }

  /// A model call begins to give text; its `ModelCallStarted` was published.
  public void callStarted(RunId run, String callId, Phase phase, @Nullable String stepId) {
    if (ended == null) {
      calls.begin(run, callId, phase, stepId, seq + 1);
      followers.forEach(Follower::onCall);
    }
  }

  /// More text of a call. Ignored when the call is not open.
  public void tokens(String callId, boolean thinking, String text) {
    if (calls.append(callId, thinking, text)) {
      serveSoon();
    }
  }

  /// A call gives no more text, for example because it failed. Not needed when a fact that ends it
  /// is published, and harmless then. Readers still get the text it gave.
  public void callEnded(String callId) {
    calls.end(callId, seq + 1);
    dropEndedCalls();
  }

  /// Adds a reader, which is not called before this returns. Throws a `FailureException` with
  /// `Full` (`OVERLOADED`) when there are `readersMax`. When the feed has ended, the reader gets
  /// only that end.
  ///
  /// @param readerContext runs tasks on the reader's context in order, or is `SAME_LOOP`
  public Subscription subscribe(FollowRequest request, FeedReader reader, Executor readerContext) {
    Subscription joined = join(request, reader, readerContext);
    serveSoon();
    return joined;
  }

  /// As `subscribe`, but the reader is not called before `serveSoon` is called or something is
  /// published: the caller has time to report the subscription.
  public Subscription join(FollowRequest request, FeedReader reader, Executor readerContext) {
    if (followers.size() >= config.readersMax()) {
      throw new FailureException(
          new Failure.Full(
              "OVERLOADED", "readers of a thread", config.readersMax(), RETRY_WHEN_FULL));
    }
    Follower follower = new Follower(this, request, reader, readerContext, seq);
    FeedEnd end = ended;
    if (end != null) {
      defer.accept(() -> follower.end(end));
      return follower;
    }
    List<Follower> next = new ArrayList<>(followers);
    next.add(follower);
    followers = List.copyOf(next);
    return follower;
  }

  /// Serves readers that lack something, after what runs now.
  public void serveSoon() {
    if (flushDue) {
      return;
    }
    boolean later = false;
    for (Follower follower : followers) {
      if (follower.ready() && hasMoreFor(follower)) {
        if (!waitsForBeat(follower)) {
          scheduleFlush();
          return;
        }
        later = true;
      }
    }
    if (later) {
      flushAtBeat();
    }
  }

  /// About how many bytes of memory the facts and texts take that are kept for readers.
  public long bytes() {
    long bytes = ring == null ? 0 : ring.bytes();
    for (CallText call : calls.all()) {
      bytes += call.size();
    }
    return bytes;
  }

  /// Readers now, slow ones included.
  public int readers() {
    return followers.size();
  }

  /// Ends every subscription. Readers that can take more get what happened before. A later reader
  /// gets the same end. What is published afterwards is ignored.
  public void end(FeedEnd why) {
    if (ended == null) {
      followers.forEach(Follower::onCall);
      flush();
      ended = why;
      followers.forEach(follower -> follower.end(why));
      followers = List.of();
      calls.clear();
      ring = null;
    }
  }

  /// Ends readers that hold one part for too long: `stallMax` after the first sweep that saw them
  /// hold it. So no clock is read per part.
  public void sweep(Instant now) {
    for (Follower follower : followers) {
      if (follower.stalled(now, config.stallMax())) {
        LOG.atInfo().addKeyValue("threadId", id).log("A reader of a feed was too slow");
        follower.end(FeedEnd.TOO_SLOW);
        remove(follower);
      }
    }
  }

  void later(Runnable task) {
    defer.accept(task);
  }

  /// @param failure why the part was not taken; null: it was taken
  void onTaken(Follower follower, @Nullable Throwable failure) {
    follower.taken();
    if (follower.left()) {
      return;
    }
    if (failure != null) {
      sendAway(follower, failure);
    } else if (hasMoreFor(follower)) {
      if (waitsForBeat(follower)) {
        flushAtBeat();
      } else {
        scheduleFlush();
      }
    }
  }

  private void sendAway(Follower follower, Throwable failure) {
    LOG.atWarn()
        .setCause(failure)
        .addKeyValue("threadId", id)
        .log("A reader of a feed failed and must come back");
    follower.end(FeedEnd.MOVED);
    remove(follower);
  }

  void remove(Follower follower) {
    followers = followers.stream().filter(other -> other != follower).toList();
    dropEndedCalls();
    if (followers.isEmpty() && !running) {
      ring = null;
    }
  }

  private void scheduleFlush() {
    if (!flushDue) {
      flushDue = true;
      defer.accept(this::flush);
    }
  }

  private void flushAtBeat() {
    if (!beatDue) {
      beatDue = true;
      beat.atNext(() -> {
        beatDue = false;
        flush();
      });
    }
  }

  /// Whether it lacks only text, and was given some in this beat.
  private boolean waitsForBeat(Follower follower) {
    return follower.cursor() >= seq && !follower.hasPage() && follower.hadTextIn(beatNow());
  }

  /// Not read while there is no text, so that facts alone keep no timer running.
  private long beatNow() {
    return calls.isEmpty() ? FlushClock.NEVER : beat.now();
  }

  private boolean hasMoreFor(Follower follower) {
    if (follower.cursor() < seq || follower.hasPage()) {
      return true;
    }
    for (CallText call : calls.all()) {
      if (follower.lacks(call)) {
        return true;
      }
    }
    return false;
  }

  private void flush() {
    flushDue = false;
    boolean later = false;
    for (Follower follower : followers) {
      if (follower.ready() && hasMoreFor(follower)) {
        if (waitsForBeat(follower)) {
          later = true;
          continue;
        }
        try {
          serve(follower);
        } catch (Throwable e) {
          // The other readers must still be served.
          sendAway(follower, e);
        }
      }
    }
    if (later) {
      flushAtBeat();
    }
    dropEndedCalls();
    calls.forgetLastMade();
  }

  private void serve(Follower follower) {
    List<Item> items;
    if (follower.hasPage()) {
      items = follower.takePage();
    } else if (follower.cursor() >= seq || (ring != null && ring.reaches(follower.cursor()))) {
      items = follower.takeLive(ring, calls.all(), beatNow());
    } else {
      follower.startReading();
      source
          .read(follower.cursor(), config.replayPage())
          .onComplete(read -> onRead(follower, read));
      return;
    }
    if (!items.isEmpty()) {
      follower.give(new FeedPart(items));
    } else if (hasMoreFor(follower)) {
      scheduleFlush();
    }
  }

  private void onRead(Follower follower, AsyncResult<List<Fact>> read) {
    if (follower.left()) {
      return;
    }
    // The store may already hold facts that are not published yet. They will be published.
    List<Fact> page =
        read.succeeded()
            ? read.result().stream().takeWhile(fact -> fact.seq() <= seq).toList()
            : List.of();
    if (page.isEmpty() || page.getFirst().seq() != follower.cursor() + 1) {
      LOG.atWarn()
          .addKeyValue("threadId", id)
          .addKeyValue("after", follower.cursor())
          .setCause(read.cause())
          .log("A reader could not be replayed and must come back");
      follower.end(FeedEnd.MOVED);
      remove(follower);
      return;
    }
    follower.replayed(page);
    scheduleFlush();
  }

  private void keep(Fact fact) {
    if (fact.event().run() != null) {
      running = !(fact.event() instanceof ThreadEvent.RunEnd);
    }
    if (followers.isEmpty() && !running) {
      ring = null;
      return;
    }
    if (ring == null) {
      ring = new FactRing(config.ringFacts(), config.ringBytes());
    }
    ring.add(fact);
  }

  /// The text of an ended call is kept only while a reader within the ring lacks some of it. The
  /// newest texts are kept first, up to `ringBytes`.
  private void dropEndedCalls() {
    calls.dropEnded(
        config.ringBytes(),
        this::lackedBySomeone,
        call -> followers.forEach(follower -> follower.forget(call)));
  }

  private boolean lackedBySomeone(CallText call) {
    boolean within = call.before() > seq || (ring != null && ring.reaches(call.before() - 1));
    return within && followers.stream().anyMatch(follower -> follower.lacks(call));
  }
}
