package dev.artserver.thread;

import dev.artserver.model.Answer;
import dev.artserver.model.FactQuery;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadId;
import dev.artserver.stream.Feed;
import dev.artserver.stream.FeedConfig;
import dev.artserver.stream.FlushClock;
import dev.artserver.stream.Subscription;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Owns one `AgentThread` on one event-loop context; deployed means owned. What it is asked it is
/// asked there: `OwnerLoop` sees to that.
final class AgentThreadVerticle implements Deployable {
  private final ThreadId id;
  private final ThreadServices services;
  private final FeedConfig feedConfig;
  private final FlushClock beat;
  private final LongAdder held;
  private final BiConsumer<AgentThreadVerticle, AgentThread.Loss> onLost;
  private @Nullable Context context;
  private @Nullable Feed feed;
  private @Nullable AgentThread thread;

  private volatile long touchedMs;
  private volatile long weight;
  private volatile int readers;
  private volatile boolean working;
  private boolean gone;

  /// @param beat of the event loop it is to be deployed on
  /// @param held estimated bytes of all threads, of which this one adds its own while it is active
  AgentThreadVerticle(
      ThreadId id,
      ThreadServices services,
      FeedConfig feedConfig,
      FlushClock beat,
      LongAdder held,
      BiConsumer<AgentThreadVerticle, AgentThread.Loss> onLost) {
    this.id = id;
    this.services = services;
    this.feedConfig = feedConfig;
    this.beat = beat;
    this.held = held;
    this.onLost = onLost;
    touchedMs = services.clock().millis();
  }

  @Override
  public Future<?> deploy(Context own) {
    OwnedLog log = new OwnedLog(id, services.store(), services.config().snapshotEvery());
    return log.load().onSuccess(loaded -> open(log, own));
  }

  private void open(OwnedLog log, Context own) {
    context = own;
    feed =
        new Feed(
            id,
            log.state().seq(),
            feedConfig,
            (after, limit) -> services.store().read(id, FactQuery.after(after, limit)),
            task -> own.runOnContext(tick -> task.run()),
            beat);
    thread = new AgentThread(log, services, feed, this::observe, this::lost);
    thread.resume();
  }

  ThreadId id() {
    return id;
  }

  /// When a command or reader last came, in epoch milliseconds. From any thread.
  long touchedMs() {
    return touchedMs;
  }

  /// Estimated bytes of the state. From any thread.
  long weight() {
    return weight;
  }

  /// Readers at the last change. From any thread.
  int readers() {
    return readers;
  }

  /// Whether a run is open. From any thread.
  boolean working() {
    return working;
  }

  /// Carries out one command.
  <A extends Answer> Future<A> handle(ThreadCommand<A> command) {
    touchedMs = services.clock().millis();
    AgentThread owned = owned();
    Future<A> answered = owned.handle(command);
    answered.onComplete(done -> leaveWhenNothingIsHere(owned));
    return answered;
  }

  /// Starts a run that somebody follows from its first fact.
  Future<Threads.StartedRun> start(ThreadCommand.StartRun command, Follow follow) {
    touchedMs = services.clock().millis();
    AgentThread owned = owned();
    Future<Threads.StartedRun> started =
        owned
            .handle(command)
            .map(run -> new Threads.StartedRun(run, join(owned, follow.from(run))));
    started.onComplete(done -> {
      feed().serveSoon();
      leaveWhenNothingIsHere(owned);
    });
    return started;
  }

  /// Takes on a reader.
  Future<Subscription> follow(Follow follow) {
    touchedMs = services.clock().millis();
    Future<Subscription> followed = join(owned(), follow);
    feed().serveSoon();
    return followed;
  }

  /// Closes when idle; gives whether it closed.
  Future<Boolean> passivate() {
    return owned().passivate();
  }

  /// Closes, whatever is under way.
  Future<Void> park() {
    return owned().park();
  }

  /// Ends readers that take nothing.
  Future<Void> sweepReaders() {
    feed().sweep(services.clock().instant());
    readers = feed().readers();
    return Future.succeededFuture();
  }

  /// The reader hears nothing yet: it is to be told first that it was taken on.
  private Future<Subscription> join(AgentThread owned, Follow follow) {
    if (!owned.open() || !owned.state().exists()) {
      Failure failure =
          owned.open() ? new Failure.NotFound("THREAD", id.value()) : new Failure.Fenced(id, 0);
      return Future.failedFuture(new FailureException(failure));
    }
    Subscription subscription;
    try {
      subscription = feed().join(follow.request(), follow.reader(), follow.executor());
    } catch (FailureException e) {
      return Future.failedFuture(e);
    }
    readers = feed().readers();
    Subscription place =
        () -> {
          subscription.cancel();
          own()
              .runOnContext(left -> {
                readers = feed().readers();
                touchedMs = services.clock().millis();
              });
        };
    if (!follow.handover().offer(place)) {
      place.cancel();
    }
    return Future.succeededFuture(place);
  }

  /// A command for a thread that does not exist leaves no owner behind.
  private static void leaveWhenNothingIsHere(AgentThread owned) {
    if (owned.open() && !owned.state().exists()) {
      owned.passivate();
    }
  }

  private void observe(AgentThread owned) {
    if (!gone) {
      working = !owned.state().runs().isEmpty();
      weigh(owned.weight());
    }
  }

  private void weigh(long bytes) {
    held.add(bytes - weight);
    weight = bytes;
  }

  /// The next owner may come before this one has left: whoever asks this one still is told that it
  /// owns nothing any more, and asks the next.
  private void lost(AgentThread.Loss loss) {
    gone = true;
    working = false;
    weigh(0);
    onLost.accept(this, loss);
  }

  private AgentThread owned() {
    return deployed(thread);
  }

  private Feed feed() {
    return deployed(feed);
  }

  private Context own() {
    return deployed(context);
  }

  private static <T> T deployed(@Nullable T part) {
    return Objects.requireNonNull(part, "asked before it was deployed");
  }
}
