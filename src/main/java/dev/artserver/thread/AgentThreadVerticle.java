package dev.artserver.thread;

import dev.artserver.flow.FireAndForget;
import dev.artserver.model.Answer;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Holds one `AgentThread` and its feed on one event loop. Methods are called on that loop, through
/// `OwnerLoop`, unless they are for any thread.
final class AgentThreadVerticle implements Deployable {
  private final ThreadId id;
  private final ThreadServices services;
  private final FeedConfig feedConfig;
  private final OwnerLoop loop;
  private final LongAdder held;
  private final OnLost onLost;
  private @Nullable Feed feed;
  private @Nullable AgentThread thread;

  private volatile @Nullable StateDocument document;
  private volatile long touchedMs;
  private volatile long weight;
  private volatile int readers;
  private volatile boolean working;
  private boolean gone;

  /// Told once when the owner closes.
  interface OnLost {
    /// @param unfinished whether the thread had work that needs an owner
    void lost(AgentThreadVerticle owner, AgentThread.Loss loss, boolean unfinished);
  }

  /// @param loop on which it is opened
  /// @param held estimated bytes of all threads, of which this one adds its own while it is active
  AgentThreadVerticle(
      ThreadId id,
      ThreadServices services,
      FeedConfig feedConfig,
      OwnerLoop loop,
      LongAdder held,
      OnLost onLost) {
    this.id = id;
    this.services = services;
    this.feedConfig = feedConfig;
    this.loop = loop;
    this.held = held;
    this.onLost = onLost;
    touchedMs = services.clock().millis();
  }

  /// Takes the thread over, loads it and resumes its unfinished work: deployed means owned.
  ///
  /// @param context that of its loop, through which all here is done
  @Override
  public Future<Void> deploy(@Nullable Context context) {
    OwnedLog log = new OwnedLog(id, services.store(), services.config().snapshotEvery());
    return log.load().onSuccess(loaded -> open(log));
  }

  private void open(OwnedLog log) {
    feed =
        new Feed(
            id,
            log.state().seq(),
            feedConfig,
            (after, limit) -> services.store().read(id, FactQuery.after(after, limit)),
            loop.executor()::execute,
            loop.flushClock());
    thread = new AgentThread(log, services, feed, this::observe, this::lost);
    thread.resume();
  }

  ThreadId id() {
    return id;
  }

  /// The state document as it is durable; null when the thread does not exist, is not loaded, or
  /// has no owner here any more. For any thread. Contains the effect of every answered command.
  @Nullable StateDocument document() {
    return document;
  }

  /// Whether the thread is loaded and exists. For any thread.
  boolean exists() {
    return document != null;
  }

  /// When a command or reader last came, in epoch milliseconds. For any thread.
  long touchedMs() {
    return touchedMs;
  }

  /// Estimated bytes of the state and the feed. For any thread.
  long weight() {
    return weight;
  }

  /// Readers at the last change. For any thread.
  int readers() {
    return readers;
  }

  /// Whether the thread has work that needs its owner. For any thread.
  boolean working() {
    return working;
  }

  /// Carries out one command.
  <A extends Answer> Future<A> handle(ThreadCommand<A> command) {
    touchedMs = services.clock().millis();
    AgentThread owned = owned();
    return owned.handle(command).onComplete(done -> leaveWhenNothingIsHere(owned));
  }

  /// Starts a run and follows it from its first fact.
  Future<Threads.StartedRun> start(ThreadCommand.StartRun command, Follow follow) {
    touchedMs = services.clock().millis();
    AgentThread owned = owned();
    return owned
        .handle(command)
        .map(run -> new Threads.StartedRun(run, join(owned, follow.from(run))))
        .onComplete(done -> {
          feed().serveSoon();
          leaveWhenNothingIsHere(owned);
        });
  }

  /// Adds a reader.
  Future<Subscription> follow(Follow follow) {
    touchedMs = services.clock().millis();
    AgentThread owned = owned();
    Future<Subscription> followed = join(owned, follow);
    feed().serveSoon();
    leaveWhenNothingIsHere(owned);
    return followed;
  }

  /// Closes when idle; gives whether it closed.
  Future<Boolean> passivate() {
    return owned().passivate();
  }

  /// Closes as soon as no step is open; completes at once when one is.
  Future<Void> handOver() {
    return owned().handOver();
  }

  /// Closes, also during a step.
  Future<Void> park() {
    return owned().park();
  }

  /// Closes now, whatever is under way: another instance may have the thread.
  Future<Void> giveUp() {
    owned().close(FeedEnd.MOVED, AgentThread.Loss.MOVED);
    return Future.succeededFuture();
  }

  /// Closes when another owner has written.
  Future<Void> verify() {
    return owned().verify();
  }

  /// Ends stalled readers.
  Future<Void> sweepReaders() {
    feed().sweep(services.clock().instant());
    onReaderLeft();
    return Future.succeededFuture();
  }

  /// The reader is not called yet: the caller must get the subscription first.
  private Future<Subscription> join(AgentThread owned, Follow follow) {
    if (!owned.open() || !owned.state().exists()) {
      Failure failure =
          owned.open() ? new Failure.NotFound("THREAD", id.value()) : new Failure.Fenced(id, 0);
      return Future.failedFuture(new FailureException(failure));
    }
    Subscription subscription;
    try {
      subscription = feed().join(follow.request(), follow.reader(), follow.caller().executor());
    } catch (FailureException e) {
      return Future.failedFuture(e);
    }
    readers = feed().readers();
    Subscription place =
        () -> {
          subscription.cancel();
          loop.executor()
              .execute(() -> {
                onReaderLeft();
                touchedMs = services.clock().millis();
              });
        };
    if (!follow.handover().offer(place)) {
      place.cancel();
    }
    return Future.succeededFuture(place);
  }

  private void onReaderLeft() {
    readers = feed().readers();
    if (!gone) {
      weigh(owned().weight());
    }
  }

  /// A request for a thread that does not exist leaves no owner behind.
  private static void leaveWhenNothingIsHere(AgentThread owned) {
    if (owned.open() && !owned.state().exists()) {
      FireAndForget.harmless(owned.passivate(), "closing ends well");
    }
  }

  private void observe(AgentThread owned) {
    if (!gone) {
      ThreadState state = owned.state();
      document = state.exists() ? state.document() : null;
      working = owned.needsOwner();
      weigh(owned.weight());
    }
  }

  private void weigh(long bytes) {
    held.add(bytes - weight);
    weight = bytes;
  }

  /// The next owner may be opened before this one has left. A caller that still asks this one gets
  /// `Fenced` and asks the next.
  private void lost(AgentThread.Loss loss) {
    boolean unfinished = working;
    gone = true;
    working = false;
    document = null;
    weigh(0);
    onLost.lost(this, loss, unfinished);
  }

  private AgentThread owned() {
    return opened(thread);
  }

  private Feed feed() {
    return opened(feed);
  }

  private static <T> T opened(@Nullable T part) {
    return Objects.requireNonNull(part, "asked before it was opened");
  }
}
